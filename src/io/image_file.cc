#include "io/image_file.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <exception>
#include <filesystem>
#include <limits>
#include <mutex>
#include <new>
#include <utility>
#include <vector>

#include <opencv2/core.hpp>
#include <opencv2/core/utils/logger.hpp>
#include <opencv2/imgcodecs.hpp>
#include <opencv2/imgproc.hpp>

#include "core/status_macros.h"
#include "io/decode/decode.h"
#include "io/image_probe.h"

namespace seafusion::io {
namespace {

// OpenCV reports to stderr by itself; every failure it has reaches our caller as a Status.
void SilenceOpenCv() {
  static std::once_flag once;
  std::call_once(once,
                 [] { cv::utils::logging::setLogLevel(cv::utils::logging::LOG_LEVEL_SILENT); });
}

template <typename T>
std::string SizeText(T width, T height) {
  return std::to_string(width) + "x" + std::to_string(height);
}

int MatType(PixelFormat format) {
  return CV_MAKETYPE(BytesPerSample(format) == 1 ? CV_8U : CV_16U, ChannelCount(format));
}

StatusOr<PixelFormat> FormatOf(const ImageInfo& info, const cv::Mat& mat) {
  const bool gray = info.channels == 1 || mat.channels() == 1;
  if (mat.depth() == CV_8U) return gray ? PixelFormat::kGray8 : PixelFormat::kRgb8;
  if (mat.depth() == CV_16U) return gray ? PixelFormat::kGray16 : PixelFormat::kRgb16;
  return Unsupported("only 8- and 16-bit unsigned samples are supported");
}

StatusOr<ImageBuffer> Decode(const ImageInfo& info, const std::vector<std::uint8_t>& bytes) {
  if (info.format == ImageFileFormat::kPng) return DecodePng(info, bytes);
  if (info.format == ImageFileFormat::kJpeg) return DecodeJpeg(info, bytes);
  // OpenCV takes the buffer as a matrix of one row, whose length is an int; it does not write to
  // it.
  const cv::Mat data(1, static_cast<int>(bytes.size()), CV_8U,
                     const_cast<std::uint8_t*>(bytes.data()));
  // UNCHANGED: 16 bits stay 16 bits, gray stays gray, and a turned camera does not turn the pixels,
  // which would break the registration of a pair.
  const cv::Mat mat = cv::imdecode(data, cv::IMREAD_UNCHANGED);
  if (mat.empty()) {
    return CorruptData("its " + std::string(ImageFileFormatName(info.format)) +
                       " data cannot be decoded");
  }
  if (static_cast<std::uint32_t>(mat.cols) != info.width ||
      static_cast<std::uint32_t>(mat.rows) != info.height) {
    return CorruptData("its header says " + SizeText(info.width, info.height) + ", it decodes to " +
                       SizeText(mat.cols, mat.rows));
  }
  SEAFUSION_ASSIGN_OR_RETURN(const PixelFormat format, FormatOf(info, mat));
  SEAFUSION_ASSIGN_OR_RETURN(ImageBuffer image, ImageBuffer::Create(mat.cols, mat.rows, format));
  const MutableImageView view = image.view();
  cv::Mat out(mat.rows, mat.cols, MatType(format), view.data,
              static_cast<std::size_t>(view.stride));
  if (mat.channels() == 1) {
    mat.copyTo(out);
  } else if (ChannelCount(format) == 1) {
    cv::extractChannel(mat, out, 0);  // gray with alpha: three equal channels and alpha
  } else {
    cv::cvtColor(mat, out, mat.channels() == 4 ? cv::COLOR_BGRA2RGB : cv::COLOR_BGR2RGB);
  }
  // OpenCV turns these round itself where it converts to 8 bits, and hands 16 bits over as they
  // are.
  if (info.white_is_zero && mat.depth() == CV_16U) cv::bitwise_not(out, out);
  return image;
}

StatusOr<ImageInfo> CheckDecodable(const std::vector<std::uint8_t>& bytes,
                                   std::uint64_t max_pixels) {
  SEAFUSION_ASSIGN_OR_RETURN(const ImageInfo info, ProbeImage(bytes, max_pixels));
  if (info.floating_point) {
    return Unsupported("floating-point pictures are not supported; store 8- or 16-bit samples");
  }
  if (info.bits > 16) {
    return Unsupported(std::to_string(info.bits) + "-bit samples are not supported; store 8 or 16");
  }
  return info;
}

struct OutputFormat {
  const char* extension;
  bool sixteen_bit;
  std::vector<int> parameters;
};

const OutputFormat* FindOutputFormat(const std::string& path) {
  static const std::array<OutputFormat, 7> kFormats = {{
      {".png", true, {}},
      {".jpg", false, {cv::IMWRITE_JPEG_QUALITY, 95}},
      {".jpeg", false, {cv::IMWRITE_JPEG_QUALITY, 95}},
      {".bmp", false, {}},
      {".tif", true, {}},
      {".tiff", true, {}},
      {".webp", false, {cv::IMWRITE_WEBP_QUALITY, 101}},  // over 100: lossless
  }};
  std::string extension = std::filesystem::path(path).extension().string();
  std::transform(extension.begin(), extension.end(), extension.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  for (const OutputFormat& format : kFormats) {
    if (extension == format.extension) return &format;
  }
  return nullptr;
}

StatusOr<std::vector<std::uint8_t>> Encode(const ImageView& image, const OutputFormat& format) {
  const cv::Mat view(image.height, image.width, MatType(image.format),
                     const_cast<void*>(image.data), static_cast<std::size_t>(image.stride));
  cv::Mat bgr;  // of its own memory: cvtColor writes into a matrix that fits, and `view` is the
                // caller's
  if (ChannelCount(image.format) == 3) {
    cv::cvtColor(view, bgr, cv::COLOR_RGB2BGR);
  } else {
    bgr = view;
  }
  std::vector<std::uint8_t> bytes;
  if (!cv::imencode(format.extension, bgr, bytes, format.parameters)) {
    return Unsupported("cannot be encoded as " + std::string(format.extension + 1));
  }
  return bytes;
}

// Runs code that calls OpenCV; its exceptions end here.
template <typename Work>
auto CatchExceptions(const Work& work) -> decltype(work()) {
  SilenceOpenCv();
  try {
    return work();
  } catch (const std::bad_alloc&) {
    return ResourceExhausted("no memory for the picture");
  } catch (const cv::Exception& e) {
    if (e.code == cv::Error::StsNoMem) return ResourceExhausted("no memory for the picture");
    return CorruptData("OpenCV refuses it: " + e.err);
  } catch (const std::exception& e) {
    return Internal(e.what());
  }
}

}  // namespace

StatusOr<ImageBuffer> ReadImage(const std::string& path, const ReadImageOptions& options) {
  // The largest file a picture within the limit can need: four 16-bit samples a pixel, and
  // metadata.
  constexpr std::uint64_t kMetadata = std::uint64_t{64} << 20;
  constexpr std::uint64_t kMost = std::numeric_limits<int>::max();
  const std::uint64_t max_bytes =
      options.max_pixels > kMost / 8 ? kMost : std::min(kMost, options.max_pixels * 8 + kMetadata);
  SEAFUSION_ASSIGN_OR_RETURN(std::vector<std::uint8_t> bytes, ReadFile(path, max_bytes));
  const StatusOr<ImageInfo> info = CheckDecodable(bytes, options.max_pixels);
  if (!info.ok()) return info.status().Annotate(path);
  RemoveMetadata(*info, bytes);
  StatusOr<ImageBuffer> image =
      CatchExceptions([&]() -> StatusOr<ImageBuffer> { return Decode(*info, bytes); });
  if (!image.ok()) return image.status().Annotate(path);
  return image;
}

Status WriteImage(const std::string& path, const ImageView& image, IfExists if_exists) {
  if (Status s = ValidateImage(image, "the picture"); !s.ok()) return s.Annotate(path);
  if (image.format == PixelFormat::kGrayF32) {
    return InvalidArgument(path + ": floating-point pictures cannot be written");
  }
  const OutputFormat* format = FindOutputFormat(path);
  if (format == nullptr) {
    return InvalidArgument(path +
                           ": the name must end in .png, .jpg, .jpeg, .bmp, .tif, .tiff or .webp");
  }
  if (BytesPerSample(image.format) == 2 && !format->sixteen_bit) {
    return InvalidArgument(path + ": 16-bit pictures can only be written to .png and .tif");
  }
  const auto bytes = CatchExceptions(
      [&]() -> StatusOr<std::vector<std::uint8_t>> { return Encode(image, *format); });
  if (!bytes.ok()) return bytes.status().Annotate(path);
  return WriteFileAtomically(path, *bytes, if_exists);
}

StatusOr<std::vector<std::uint8_t>> EncodeJpeg(const ImageView& image, int quality) {
  if (image.format != PixelFormat::kGray8 && image.format != PixelFormat::kRgb8) {
    return Unsupported("JPEG holds 8-bit gray and colour only");
  }
  const OutputFormat format = {".jpg", false, {cv::IMWRITE_JPEG_QUALITY, quality}};
  return CatchExceptions([&] { return Encode(image, format); });
}

}  // namespace seafusion::io
