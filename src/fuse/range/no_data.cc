#include "fuse/range/no_data.h"

#include <algorithm>
#include <cmath>

#include "core/status_macros.h"
#include "fuse/range/infrared_range.h"
#include "fuse/range/scene_samples.h"
#include "fuse/rows/tile_reader.h"
#include "fuse/show_visible.h"

namespace seafusion {

std::size_t FindNoData(const ImageView& ir, std::vector<std::uint8_t>& missing) {
  const bool floats = ir.format == PixelFormat::kGrayF32;
  if (!floats && ir.format != PixelFormat::kGray16) return 0;
  SceneSamples scene{.y0 = 0, .y1 = ir.height};
  if (!floats) {
    // Most pictures have no zero at all, and then nothing more is to be found out.
    bool zero = false;
    for (int y = 0; y < ir.height && !zero; ++y) {
      const auto* row = ir.Row<std::uint16_t>(y);
      zero = std::find(row, row + ir.width, 0) != row + ir.width;
    }
    if (!zero) return 0;
    scene = FindSceneSamples(ir);
    if (!scene.without_zero) return 0;
  }
  std::size_t count = 0;
  std::vector<float> row;
  for (int y = 0; y < ir.height; ++y) {
    ReadInfraredRow(ir, y, row);
    for (int x = 0; x < ir.width; ++x) {
      if (scene.Has(row[static_cast<std::size_t>(x)])) continue;
      if (missing.empty()) {
        missing.resize(static_cast<std::size_t>(ir.width) * static_cast<std::size_t>(ir.height));
      }
      missing[static_cast<std::size_t>(y) * static_cast<std::size_t>(ir.width) +
              static_cast<std::size_t>(x)] = 1;
      ++count;
    }
  }
  return count;
}

StatusOr<std::optional<FilledInfrared>> FillNoData(const ImageView& ir, const ImageView& vi,
                                                   const FuseSettings& settings) {
  const InfraredRange& range = settings.infrared_range;
  FilledInfrared filled;
  if (FindNoData(ir, filled.missing) == 0) return std::optional<FilledInfrared>();
  InfraredRange upright = range;
  upright.invert = false;
  SEAFUSION_ASSIGN_OR_RETURN(const LinearMap map, FindInfraredMap(ir, upright));
  filled.range = range;
  if (map.scale > 0) {
    filled.range.kind = InfraredRange::Kind::kFixed;
    filled.range.lo = map.lo;
    filled.range.hi = map.lo + 1.0 / map.scale;
  }
  SEAFUSION_ASSIGN_OR_RETURN(filled.picture, ImageBuffer::Create(ir.width, ir.height, ir.format));
  const MutableImageView out = filled.picture.view();
  std::vector<float> luma(static_cast<std::size_t>(ir.width));
  std::size_t at = 0;
  for (int y = 0; y < ir.height; ++y) {
    std::copy_n(ir.Row<std::uint8_t>(y),
                static_cast<std::ptrdiff_t>(ir.width) * BytesPerPixel(ir.format),
                out.Row<std::uint8_t>(y));
    SEAFUSION_RETURN_IF_ERROR(
        ReadVisibleLumaRow(vi, y, 0, vi.width, luma.data(), settings.visible_luma));
    for (int x = 0; x < ir.width; ++x, ++at) {
      if (filled.missing[at] == 0) continue;
      const float bright = luma[static_cast<std::size_t>(x)];
      const float share = range.invert ? 1 - bright : bright;
      const float value = map.scale > 0 ? map.lo + share / map.scale : map.lo;
      if (ir.format == PixelFormat::kGrayF32) {
        out.Row<float>(y)[x] = value;
      } else {
        // Not 0 again, which would be no data.
        out.Row<std::uint16_t>(y)[x] =
            static_cast<std::uint16_t>(std::clamp(std::lround(value), 1L, 65535L));
      }
    }
  }
  return std::optional<FilledInfrared>(std::move(filled));
}

Status ShowVisibleInGaps(const FilledInfrared& infrared, const ImageView& vi,
                         const MutableImageView& fused, const FuseSettings& settings) {
  SEAFUSION_ASSIGN_OR_RETURN(ImageBuffer shown,
                             ImageBuffer::Create(fused.width, fused.height, fused.format));
  SEAFUSION_RETURN_IF_ERROR(ShowVisible(vi, shown.view(), settings));
  const auto pixel = static_cast<std::ptrdiff_t>(BytesPerPixel(fused.format));
  std::size_t at = 0;
  for (int y = 0; y < fused.height; ++y) {
    const std::uint8_t* from = shown.view().Row<std::uint8_t>(y);
    std::uint8_t* to = fused.Row<std::uint8_t>(y);
    for (int x = 0; x < fused.width; ++x, ++at) {
      if (infrared.missing[at] != 0) std::copy_n(from + pixel * x, pixel, to + pixel * x);
    }
  }
  return OkStatus();
}

}  // namespace seafusion
