#include "fuse/rows/tile_reader.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <string>

#include "core/status_macros.h"
#include "fuse/pixels/kernels.h"
#include "fuse/rows/packed_row.h"

namespace seafusion {
namespace {

Status CheckFinite(const ImageView& view, std::string_view name, int y, int x0, int x1) {
  if (!IsFloatingPoint(view.format)) return OkStatus();
  const std::ptrdiff_t channels = ChannelCount(view.format);
  const float* row = view.Row<float>(y);
  for (int x = x0; x < x1; ++x) {
    const float* pixel = row + channels * x;
    if (!std::all_of(pixel, pixel + channels, [](float v) { return std::isfinite(v); })) {
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

void LumaOfFloats(const float* rgb, int count, float* out) {
  for (int i = 0; i < count; ++i, rgb += 3) {
    out[i] = 0.299f * rgb[0] + 0.587f * rgb[1] + 0.114f * rgb[2];
  }
}

Status ReadInfraredSamples(const ImageView& ir, int y, int x0, int x1, float* out) {
  SEAFUSION_RETURN_IF_ERROR(CheckFinite(ir, "ir", y, x0, x1));
  const PixelKernels& kernels = BestPixelKernels();
  const int count = x1 - x0;
  switch (ir.format) {
    case PixelFormat::kGray8:
      kernels.bytes.widen(ir.Row<std::uint8_t>(y) + x0, count, out);
      break;
    case PixelFormat::kGray16:
      kernels.words.widen(ir.Row<std::uint16_t>(y) + x0, count, out);
      break;
    case PixelFormat::kRgb8:
      kernels.bytes.integer_luma(ir.Row<std::uint8_t>(y) + std::ptrdiff_t{3} * x0, count, out);
      break;
    case PixelFormat::kRgb16:
      kernels.words.integer_luma(ir.Row<std::uint16_t>(y) + std::ptrdiff_t{3} * x0, count, out);
      break;
    case PixelFormat::kGrayF32:
      std::copy_n(ir.Row<float>(y) + x0, count, out);
      break;
    case PixelFormat::kRgbF32:
      LumaOfFloats(ir.Row<float>(y) + std::ptrdiff_t{3} * x0, count, out);
      break;
    case PixelFormat::kBgr8:
    case PixelFormat::kRgba8:
      InPieces(x0, x1, [&](int x, int n) {
        std::uint8_t rgb[3 * kPackedPixels];
        UnpackRgb(ir, y, x, n, rgb);
        kernels.bytes.integer_luma(rgb, n, out + (x - x0));
      });
      break;
    case PixelFormat::kYuyv8:
      InPieces(x0, x1, [&](int x, int n) {
        std::uint8_t luma[kPackedPixels];
        UnpackLuma(ir, y, x, n, luma);
        kernels.bytes.widen(luma, n, out + (x - x0));
      });
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
    case PixelFormat::kRgbF32: {
      const float* p = vi.Row<float>(y) + std::ptrdiff_t{3} * x;
      return {Clamp01(p[0]), Clamp01(p[1]), Clamp01(p[2])};
    }
    case PixelFormat::kBgr8:
    case PixelFormat::kRgba8: {
      std::uint8_t rgb[3];
      UnpackRgb(vi, y, x, 1, rgb);
      return ColourPixel(rgb, full);
    }
    case PixelFormat::kYuyv8:
      return GrayPixel(vi.Row<std::uint8_t>(y)[std::ptrdiff_t{2} * x], full);
    case PixelFormat::kGrayF32:
      break;
  }
  return GrayPixel(Clamp01(vi.Row<float>(y)[x]), full);
}

Status ReadMappedInfraredRow(const ImageView& ir, const LinearMap& map, int y, int x0, int x1,
                             float* out) {
  SEAFUSION_RETURN_IF_ERROR(ReadInfraredSamples(ir, y, x0, x1, out));
  BestPixelKernels().stretch(out, x1 - x0, map.lo, map.scale);
  return OkStatus();
}

LumaEnds LumaEndsOf(PixelFormat format, LumaRange range) {
  const bool integer_luma = !HasColour(format) && format != PixelFormat::kGrayF32;
  if (range == LumaRange::kFull || !integer_luma) return {};
  // BT.601 and BT.709: 16 and 235, shifted by what there is beyond 8 bits.
  const float step = BytesPerSample(format) == 1 ? 1.0f : 256.0f;
  const float full = FullScale(format);
  return {16 * step / full, 235 * step / full};
}

Status ReadVisibleLumaRow(const ImageView& vi, int y, int x0, int x1, float* out, LumaRange range) {
  SEAFUSION_RETURN_IF_ERROR(CheckFinite(vi, "vi", y, x0, x1));
  const PixelKernels& kernels = BestPixelKernels();
  const int count = x1 - x0;
  switch (vi.format) {
    case PixelFormat::kGray8:
      kernels.bytes.gray_luma(vi.Row<std::uint8_t>(y) + x0, count, out);
      break;
    case PixelFormat::kGray16:
      kernels.words.gray_luma(vi.Row<std::uint16_t>(y) + x0, count, out);
      break;
    case PixelFormat::kRgb8:
      kernels.bytes.rgb_luma(vi.Row<std::uint8_t>(y) + std::ptrdiff_t{3} * x0, count, out);
      break;
    case PixelFormat::kRgb16:
      kernels.words.rgb_luma(vi.Row<std::uint16_t>(y) + std::ptrdiff_t{3} * x0, count, out);
      break;
    case PixelFormat::kGrayF32:
      kernels.unit_luma(vi.Row<float>(y) + x0, count, out);
      break;
    case PixelFormat::kRgbF32:
      for (int x = x0; x < x1; ++x) out[x - x0] = LumaOf(ReadVisible(vi, y, x));
      break;
    case PixelFormat::kBgr8:
    case PixelFormat::kRgba8:
      InPieces(x0, x1, [&](int x, int n) {
        std::uint8_t rgb[3 * kPackedPixels];
        UnpackRgb(vi, y, x, n, rgb);
        kernels.bytes.rgb_luma(rgb, n, out + (x - x0));
      });
      break;
    case PixelFormat::kYuyv8:
      InPieces(x0, x1, [&](int x, int n) {
        std::uint8_t luma[kPackedPixels];
        UnpackLuma(vi, y, x, n, luma);
        kernels.bytes.gray_luma(luma, n, out + (x - x0));
      });
      break;
  }
  if (const LumaEnds ends = LumaEndsOf(vi.format, range); ends.black > 0.0f) {
    kernels.stretch(out, count, ends.black, 1.0f / (ends.white - ends.black));
  }
  return OkStatus();
}

Status ReadInfrared(const ImageView& ir, const LinearMap& map, const nn::Rect& region,
                    nn::Plane out) {
  for (int y = region.y0; y < region.y1; ++y) {
    SEAFUSION_RETURN_IF_ERROR(
        ReadMappedInfraredRow(ir, map, y, region.x0, region.x1, out.Row(y - region.y0)));
  }
  return OkStatus();
}

Status ReadVisibleLuma(const ImageView& vi, const nn::Rect& region, nn::Plane out,
                       LumaRange range) {
  for (int y = region.y0; y < region.y1; ++y) {
    SEAFUSION_RETURN_IF_ERROR(
        ReadVisibleLumaRow(vi, y, region.x0, region.x1, out.Row(y - region.y0), range));
  }
  return OkStatus();
}

}  // namespace seafusion
