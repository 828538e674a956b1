// numpy arrays as the library's views of pictures.
#ifndef SEAFUSION_PYTHON_BINDINGS_PICTURES_H_
#define SEAFUSION_PYTHON_BINDINGS_PICTURES_H_

#include <string>

#include <pybind11/numpy.h>

#include <seafusion/image.h>

#include "core/memory/image_buffer.h"

namespace seafusion::python {

namespace py = pybind11;

/// One picture (HxW, HxWx3) or a batch of them (NxHxW, NxHxWx3) of uint8, uint16 or float32, in the
/// machine's byte order. Keeps the array alive. The members need no GIL, but Shape does.
class Pictures {
 public:
  /// Pictures to read. Rows may lie anywhere in memory as long as each holds its pixels one after
  /// another and they come in their order: such arrays are not copied. Others are copied once.
  /// Objects that are no arrays are made arrays where they know how (`__array__`, the buffer
  /// protocol). Throws ValueError, beginning with `name`.
  static Pictures ToRead(py::handle object, const char* name);

  /// Pictures to write into: an array in whose rows the pixels lie as above, writable, none of its
  /// pictures in another. Throws ValueError.
  static Pictures ToWrite(py::handle object, const char* name);

  /// A new array of `count` pictures; one without the axis of a batch where it is 0.
  static Pictures New(py::ssize_t count, int height, int width, PixelFormat format);

  bool batch() const { return batch_; }
  py::ssize_t count() const { return count_; }
  int width() const { return first_.width; }
  int height() const { return first_.height; }
  PixelFormat format() const { return first_.format; }
  bool copied() const { return copied_; }
  const py::array& array() const { return array_; }

  ImageView operator[](py::ssize_t i) const {
    ImageView view = first_;
    view.data = static_cast<const std::byte*>(view.data) + i * step_;
    return view;
  }
  /// Of arrays to write into.
  MutableImageView Mutable(py::ssize_t i) const {
    const ImageView v = (*this)[i];
    return {const_cast<void*>(v.data), v.width, v.height, v.stride, v.format};
  }
  /// "(480, 640, 3)"
  std::string Shape() const;

 private:
  static Pictures Of(py::array array, const char* name);
  bool IsAddressable() const;

  py::array array_;
  ImageView first_;
  py::ssize_t count_ = 1, step_ = 0;  // bytes from one picture to the next
  bool batch_ = false, copied_ = false;
};

/// ValueError unless both hold as many pictures of the same size.
void CheckSameSize(const Pictures& a, const char* a_name, const Pictures& b, const char* b_name);

/// The buffer as an array that owns it.
py::array ToArray(ImageBuffer image);

}  // namespace seafusion::python

#endif  // SEAFUSION_PYTHON_BINDINGS_PICTURES_H_
