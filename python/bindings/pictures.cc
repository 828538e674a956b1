#include "pictures.h"

#include <cstdint>
#include <cstdlib>
#include <limits>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "core/memory/checked_math.h"
#include "errors.h"

namespace seafusion::python {
namespace {

// A picture that must be copied is no larger than the command reads from a file.
constexpr std::uint64_t kMostCopiedPixels = std::uint64_t{1} << 28;

std::string ShapeText(const py::array& array) {
  return py::str(array.attr("shape")).cast<std::string>();
}

// Bytes of a sample, or nothing where the library has no such samples.
std::optional<PixelFormat> FormatOf(const py::dtype& type, bool colour) {
  const char order = type.byteorder();
  const bool native = order == '=' || order == '|' || order == (PY_BIG_ENDIAN ? '>' : '<');
  if (!native) return std::nullopt;
  if (type.kind() == 'u' && type.itemsize() == 1) {
    return colour ? PixelFormat::kRgb8 : PixelFormat::kGray8;
  }
  if (type.kind() == 'u' && type.itemsize() == 2) {
    return colour ? PixelFormat::kRgb16 : PixelFormat::kGray16;
  }
  if (type.kind() == 'f' && type.itemsize() == 4) {
    return colour ? PixelFormat::kRgbF32 : PixelFormat::kGrayF32;
  }
  return std::nullopt;
}

py::dtype DtypeOf(PixelFormat format) {
  switch (BytesPerSample(format)) {
    case 1:
      return py::dtype::of<std::uint8_t>();
    case 2:
      return py::dtype::of<std::uint16_t>();
    default:
      return py::dtype::of<float>();
  }
}

// numpy's own errors of memory become the library's.
template <typename Make>
py::array OrOutOfMemory(const Make& make, const std::string& what) {
  try {
    return make();
  } catch (py::error_already_set& error) {
    if (!error.matches(PyExc_MemoryError)) throw;
  } catch (const std::bad_alloc&) {
  }
  RaiseError(ResourceExhausted("not enough memory for " + what));
}

py::array ArrayOf(py::handle object, const char* name) {
  if (py::isinstance<py::array>(object)) return py::reinterpret_borrow<py::array>(object);
  const bool knows_how = !object.is_none() && (PyObject_CheckBuffer(object.ptr()) != 0 ||
                                               py::hasattr(object, "__array__") ||
                                               py::hasattr(object, "__array_interface__"));
  // Not py::array array: that would be an empty one.
  const py::object array = knows_how ? py::array::ensure(object) : py::object();
  if (!array) {
    RaiseValueError(std::string(name) + " is " + Py_TYPE(object.ptr())->tp_name +
                    ", not an array of pictures");
  }
  return py::reinterpret_borrow<py::array>(array);
}

}  // namespace

std::string Pictures::Shape() const {
  return ShapeText(array_);
}

Pictures Pictures::Of(py::array array, const char* name) {
  const std::string n(name);
  const int axes = static_cast<int>(array.ndim());
  const bool colour = axes >= 3 && array.shape(axes - 1) == 3;
  const int picture_axes = colour ? 3 : 2;
  const bool batch = axes == picture_axes + 1;
  // (480, 640, 1) and (480, 640, 4) are meant as one picture, and must not be taken for a batch.
  const bool odd_channels = batch && !colour && array.shape(axes - 1) <= 4 && array.shape(0) > 4;
  if ((axes != picture_axes && !batch) || odd_channels) {
    RaiseValueError(n + " has the shape " + ShapeText(array) +
                    "; a picture is HxW or HxWx3, a batch NxHxW or NxHxWx3" +
                    (odd_channels ? " (use a[..., 0] or a[..., :3])" : ""));
  }
  if (array.size() == 0) RaiseValueError(n + " is empty: it has the shape " + ShapeText(array));
  const std::optional<PixelFormat> format = FormatOf(array.dtype(), colour);
  if (!format) {
    RaiseValueError(n + " has the dtype " + py::str(array.dtype()).cast<std::string>() +
                    "; it must be uint8, uint16 or float32 in the machine's byte order");
  }
  const int y = batch ? 1 : 0, x = y + 1;
  constexpr py::ssize_t kMost = std::numeric_limits<int>::max();
  if (array.shape(x) > kMost || array.shape(y) > kMost) {
    RaiseValueError(n + " has the shape " + ShapeText(array) + "; a side is longer than " +
                    std::to_string(kMost));
  }
  Pictures p;
  p.batch_ = batch;
  p.count_ = batch ? array.shape(0) : 1;
  p.step_ = batch ? array.strides(0) : 0;
  p.first_.width = static_cast<int>(array.shape(x));
  p.first_.height = static_cast<int>(array.shape(y));
  p.first_.format = *format;
  p.first_.data = array.data();
  // numpy gives an axis of length 1 any stride.
  const py::ssize_t row = static_cast<py::ssize_t>(p.first_.width) * BytesPerPixel(*format);
  p.first_.stride = p.first_.height == 1 ? row : array.strides(y);
  p.array_ = std::move(array);
  return p;
}

bool Pictures::IsAddressable() const {
  const int x = batch_ ? 2 : 1;
  const py::ssize_t sample = BytesPerSample(format()), pixel = BytesPerPixel(format());
  if (ChannelCount(format()) == 3 && array_.strides(x + 1) != sample) return false;
  if (width() > 1 && array_.strides(x) != pixel) return false;
  if (count_ > 1 && step_ % sample != 0) return false;
  return ValidateImage(first_, "").ok();
}

Pictures Pictures::ToRead(py::handle object, const char* name) {
  Pictures p = Of(ArrayOf(object, name), name);
  if (p.IsAddressable()) return p;
  const std::uint64_t pixels = static_cast<std::uint64_t>(p.count_) *
                               static_cast<std::uint64_t>(p.width()) *
                               static_cast<std::uint64_t>(p.height());
  if (pixels > kMostCopiedPixels) {
    RaiseValueError(std::string(name) + " has the shape " + p.Shape() +
                    " and pixels that do not lie one after another in memory; it is too large to "
                    "be copied");
  }
  const py::array array = p.array_;
  const auto copied = [&] {
    const py::object numpy_array = py::module_::import("numpy").attr("array");
    return py::array(numpy_array(array, py::arg("order") = "C", py::arg("copy") = true));
  };
  Pictures copy = Of(OrOutOfMemory(copied, "a copy of " + std::string(name)), name);
  copy.copied_ = true;
  return copy;
}

Pictures Pictures::ToWrite(py::handle object, const char* name) {
  const std::string n(name);
  if (!py::isinstance<py::array>(object)) {
    RaiseValueError(n + " is " + Py_TYPE(object.ptr())->tp_name + ", not an array to write into");
  }
  Pictures p = Of(py::reinterpret_borrow<py::array>(object), name);
  if (!p.array_.writeable()) RaiseValueError(n + " is read-only");
  const std::ptrdiff_t extent = p.first_.stride * (p.height() - 1) +
                                static_cast<std::ptrdiff_t>(p.width()) * BytesPerPixel(p.format());
  if (!p.IsAddressable() || (p.count_ > 1 && std::abs(p.step_) < extent)) {
    RaiseValueError(n + " of shape " + p.Shape() + " and strides " +
                    py::str(p.array_.attr("strides")).cast<std::string>() +
                    " cannot be written into: the pixels of a row must lie one after another, and "
                    "rows and pictures apart");
  }
  return p;
}

Pictures Pictures::New(py::ssize_t count, int height, int width, PixelFormat format) {
  Pictures p;
  p.batch_ = count > 0;
  p.count_ = p.batch_ ? count : 1;
  p.first_ = {nullptr, width, height, std::ptrdiff_t{width} * BytesPerPixel(format), format};
  const std::string what = "a result of " + std::to_string(p.count_) + " times " +
                           std::to_string(width) + "x" + std::to_string(height) + " pixels";
  const auto step = CheckedMul<std::ptrdiff_t>(p.first_.stride, height);
  if (!step || !CheckedMul<std::ptrdiff_t>(*step, p.count_)) {
    RaiseError(ResourceExhausted("not enough memory for " + what));
  }
  p.step_ = *step;
  std::vector<py::ssize_t> shape;
  if (p.batch_) shape.push_back(count);
  shape.push_back(height);
  shape.push_back(width);
  if (ChannelCount(format) == 3) shape.push_back(3);
  p.array_ = OrOutOfMemory([&] { return py::array(DtypeOf(format), shape); }, what);
  p.first_.data = p.array_.data();
  return p;
}

void CheckSameSize(const Pictures& a, const char* a_name, const Pictures& b, const char* b_name) {
  if (a.batch() == b.batch() && a.count() == b.count() && a.width() == b.width() &&
      a.height() == b.height()) {
    return;
  }
  RaiseValueError(std::string(a_name) + " has the shape " + a.Shape() + ", " + b_name + " " +
                  b.Shape() + "; they must have the same size" +
                  (a.batch() || b.batch() ? ", and as many pictures" : ""));
}

py::array ToArray(ImageBuffer image) {
  auto owner = std::make_unique<ImageBuffer>(std::move(image));
  const MutableImageView view = owner->view();
  const py::ssize_t channels = ChannelCount(view.format), sample = BytesPerSample(view.format);
  std::vector<py::ssize_t> shape = {view.height, view.width};
  std::vector<py::ssize_t> strides = {view.stride, channels * sample};
  if (channels == 3) {
    shape.push_back(channels);
    strides.push_back(sample);
  }
  const py::capsule base(owner.get(), [](void* p) { delete static_cast<ImageBuffer*>(p); });
  (void)owner.release();
  return py::array(DtypeOf(view.format), shape, strides, view.data, base);
}

}  // namespace seafusion::python
