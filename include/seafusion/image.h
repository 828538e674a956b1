// Views of pictures that somebody else owns. Nothing is copied; the memory must outlive the view.
#ifndef SEAFUSION_IMAGE_H_
#define SEAFUSION_IMAGE_H_

#include <cstddef>
#include <cstdint>
#include <string_view>

#include <seafusion/status.h>

namespace seafusion {

/// Sample layout of a picture. Integers are in the machine's byte order; rgb is interleaved R, G,
/// B. The last three are what cameras, OpenCV and video deliver; pictures in files are never held
/// in them.
enum class PixelFormat : std::uint8_t {
  kGray8,
  kGray16,
  kRgb8,
  kRgb16,
  kGrayF32,  ///< Nominal range 0..1.
  kRgbF32,   ///< The same, interleaved.
  kBgr8,
  kRgba8,  ///< Alpha is not looked at; a result takes it over from the visible picture.
  kYuyv8,  ///< Y, U, Y, V for two pixels side by side (YUY2).
};

/// Interleaved samples of a pixel; a kYuyv8 pixel has its own Y and either U or V.
constexpr int ChannelCount(PixelFormat f) {
  switch (f) {
    case PixelFormat::kGray8:
    case PixelFormat::kGray16:
    case PixelFormat::kGrayF32:
      return 1;
    case PixelFormat::kYuyv8:
      return 2;
    case PixelFormat::kRgb8:
    case PixelFormat::kRgb16:
    case PixelFormat::kRgbF32:
    case PixelFormat::kBgr8:
      return 3;
    case PixelFormat::kRgba8:
      return 4;
  }
  return 1;
}
constexpr int BytesPerSample(PixelFormat f) {
  switch (f) {
    case PixelFormat::kGray8:
    case PixelFormat::kRgb8:
    case PixelFormat::kBgr8:
    case PixelFormat::kRgba8:
    case PixelFormat::kYuyv8:
      return 1;
    case PixelFormat::kGray16:
    case PixelFormat::kRgb16:
      return 2;
    case PixelFormat::kGrayF32:
    case PixelFormat::kRgbF32:
      return 4;
  }
  return 0;
}
constexpr bool IsFloatingPoint(PixelFormat f) {
  return f == PixelFormat::kGrayF32 || f == PixelFormat::kRgbF32;
}
constexpr int BytesPerPixel(PixelFormat f) {
  return ChannelCount(f) * BytesPerSample(f);
}

/// "gray8", "gray16", "rgb8", "rgb16", "float", "rgb float", "bgr8", "rgba8", "yuyv8".
std::string_view PixelFormatName(PixelFormat f);

/// A read-only picture: row y begins `y * stride` bytes after `data`.
struct ImageView {
  const void* data = nullptr;
  int width = 0;
  int height = 0;
  std::ptrdiff_t stride = 0;  ///< Bytes from one row to the next; at least width * BytesPerPixel.
  PixelFormat format = PixelFormat::kGray8;

  template <typename T>
  const T* Row(int y) const {
    return reinterpret_cast<const T*>(static_cast<const std::byte*>(data) + y * stride);
  }
};

/// A picture that is written to.
struct MutableImageView {
  void* data = nullptr;
  int width = 0;
  int height = 0;
  std::ptrdiff_t stride = 0;
  PixelFormat format = PixelFormat::kGray8;

  template <typename T>
  T* Row(int y) const {
    return reinterpret_cast<T*>(static_cast<std::byte*>(data) + y * stride);
  }
  operator ImageView() const { return {data, width, height, stride, format}; }  // NOLINT
};

/// Checks that a view can be read: data present, width and height at least 1, a stride that holds a
/// row and keeps samples aligned, and a byte extent that fits in memory. `name` ("ir", "vi", "out")
/// goes into the message.
Status ValidateImage(const ImageView& view, std::string_view name);

}  // namespace seafusion

#endif  // SEAFUSION_IMAGE_H_
