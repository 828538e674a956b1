#include "fuse/tile_reader.h"

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <string>

#include "core/status_macros.h"

namespace seafusion {
namespace {

// 0.299, 0.587, 0.114 times 2^16; they add up to 2^16.
template <typename T>
float IntegerLuma(const T* rgb) {
  const std::uint64_t sum = std::uint64_t{19595} * rgb[0] + std::uint64_t{38470} * rgb[1] +
                            std::uint64_t{7471} * rgb[2] + 0x8000;
  return static_cast<float>(sum >> 16);
}

Status CheckFinite(const ImageView& view, std::string_view name, int y, int x0, int x1) {
  if (view.format != PixelFormat::kGrayF32) return OkStatus();
  const float* row = view.Row<float>(y);
  for (int x = x0; x < x1; ++x) {
    if (!std::isfinite(row[x])) {
      return InvalidArgument(std::string(name) + " has a value that is not finite at (" +
                             std::to_string(x) + ", " + std::to_string(y) + ")");
    }
  }
  return OkStatus();
}

template <typename T>
Rgb GrayPixel(T v, float full_scale) {
  const float f = static_cast<float>(v) / full_scale;
  return {f, f, f};
}

template <typename T>
Rgb ColourPixel(const T* p, float full_scale) {
  return {static_cast<float>(p[0]) / full_scale, static_cast<float>(p[1]) / full_scale,
          static_cast<float>(p[2]) / full_scale};
}

}  // namespace

Status ReadInfraredSamples(const ImageView& ir, int y, int x0, int x1, float* out) {
  SEAFUSION_RETURN_IF_ERROR(CheckFinite(ir, "ir", y, x0, x1));
  switch (ir.format) {
    case PixelFormat::kGray8:
      for (int x = x0; x < x1; ++x) *out++ = ir.Row<std::uint8_t>(y)[x];
      break;
    case PixelFormat::kGray16:
      for (int x = x0; x < x1; ++x) *out++ = ir.Row<std::uint16_t>(y)[x];
      break;
    case PixelFormat::kRgb8:
      for (int x = x0; x < x1; ++x)
        *out++ = IntegerLuma(ir.Row<std::uint8_t>(y) + std::ptrdiff_t{3} * x);
      break;
    case PixelFormat::kRgb16:
      for (int x = x0; x < x1; ++x)
        *out++ = IntegerLuma(ir.Row<std::uint16_t>(y) + std::ptrdiff_t{3} * x);
      break;
    case PixelFormat::kGrayF32:
      for (int x = x0; x < x1; ++x) *out++ = ir.Row<float>(y)[x];
      break;
  }
  return OkStatus();
}

Rgb ReadVisible(const ImageView& vi, int y, int x) {
  const float full = FullScale(vi.format);
  switch (vi.format) {
    case PixelFormat::kGray8:
      return GrayPixel(vi.Row<std::uint8_t>(y)[x], full);
    case PixelFormat::kGray16:
      return GrayPixel(vi.Row<std::uint16_t>(y)[x], full);
    case PixelFormat::kRgb8:
      return ColourPixel(vi.Row<std::uint8_t>(y) + std::ptrdiff_t{3} * x, full);
    case PixelFormat::kRgb16:
      return ColourPixel(vi.Row<std::uint16_t>(y) + std::ptrdiff_t{3} * x, full);
    case PixelFormat::kGrayF32:
      break;
  }
  return GrayPixel(Clamp01(vi.Row<float>(y)[x]), full);
}

Status ReadInfrared(const ImageView& ir, const LinearMap& map, const nn::Rect& region,
                    nn::Plane out) {
  for (int y = region.y0; y < region.y1; ++y) {
    float* row = out.Row(y - region.y0);
    SEAFUSION_RETURN_IF_ERROR(ReadInfraredSamples(ir, y, region.x0, region.x1, row));
    for (int x = 0; x < region.width(); ++x) row[x] = Clamp01((row[x] - map.lo) * map.scale);
  }
  return OkStatus();
}

Status ReadVisibleLuma(const ImageView& vi, const nn::Rect& region, nn::Plane out) {
  for (int y = region.y0; y < region.y1; ++y) {
    SEAFUSION_RETURN_IF_ERROR(CheckFinite(vi, "vi", y, region.x0, region.x1));
    float* row = out.Row(y - region.y0);
    for (int x = region.x0; x < region.x1; ++x) row[x - region.x0] = LumaOf(ReadVisible(vi, y, x));
  }
  return OkStatus();
}

}  // namespace seafusion
