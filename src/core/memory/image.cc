#include <seafusion/image.h>

#include <string>

#include "core/memory/checked_math.h"

namespace seafusion {

std::string_view PixelFormatName(PixelFormat f) {
  switch (f) {
    case PixelFormat::kGray8:
      return "gray8";
    case PixelFormat::kGray16:
      return "gray16";
    case PixelFormat::kRgb8:
      return "rgb8";
    case PixelFormat::kRgb16:
      return "rgb16";
    case PixelFormat::kGrayF32:
      return "float";
    case PixelFormat::kRgbF32:
      return "rgb float";
    case PixelFormat::kBgr8:
      return "bgr8";
    case PixelFormat::kRgba8:
      return "rgba8";
    case PixelFormat::kYuyv8:
      return "yuyv8";
  }
  return "unknown";
}

Status ValidateImage(const ImageView& view, std::string_view name) {
  const std::string n(name);
  if (view.data == nullptr) return InvalidArgument(n + " has no data");
  if (view.width < 1 || view.height < 1) {
    return InvalidArgument(n + " is " + std::to_string(view.width) + "x" +
                           std::to_string(view.height) + "; both sides must be at least 1");
  }
  const int sample = BytesPerSample(view.format);
  if (sample == 0) return InvalidArgument(n + " has an unknown pixel format");
  const auto row = CheckedMul<std::ptrdiff_t>(view.width, BytesPerPixel(view.format));
  if (!row || view.stride < *row) {
    return InvalidArgument(n + " has a stride of " + std::to_string(view.stride) +
                           " bytes, less than a row of " + std::to_string(view.width) + " " +
                           std::string(PixelFormatName(view.format)) + " pixels");
  }
  if (view.stride % sample != 0 || reinterpret_cast<std::uintptr_t>(view.data) % sample != 0) {
    return InvalidArgument(n + " is not aligned to its " + std::to_string(sample) +
                           "-byte samples");
  }
  if (!CheckedMul<std::ptrdiff_t>(view.stride, view.height)) {
    return InvalidArgument(n + " is larger than memory can address");
  }
  return OkStatus();
}

}  // namespace seafusion
