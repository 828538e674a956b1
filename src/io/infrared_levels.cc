#include "io/infrared_levels.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include "core/status_macros.h"
#include "fuse/range/infrared_range.h"
#include "fuse/range/no_data.h"
#include "fuse/range/scene_samples.h"

namespace seafusion::io {

StatusOr<ImageBuffer> InfraredLevels(ImageBuffer infrared, const ImageView& visible,
                                     const InfraredRange& range) {
  const bool whole =
      range.kind == InfraredRange::Kind::kAuto || range.kind == InfraredRange::Kind::kFull;
  if (BytesPerSample(infrared.format()) == 1 && whole && !range.invert) return infrared;
  InfraredRange used = range;
  std::optional<FilledInfrared> filled;
  if (infrared.width() == visible.width && infrared.height() == visible.height) {
    SEAFUSION_ASSIGN_OR_RETURN(filled,
                               FillNoData(infrared.view(), visible, {.infrared_range = range}));
  }
  if (filled) {
    infrared = std::move(filled->picture);
    used = filled->range;
  }
  const ImageView from = std::as_const(infrared).view();
  SEAFUSION_ASSIGN_OR_RETURN(const LinearMap map, FindInfraredMap(from, used));
  SEAFUSION_ASSIGN_OR_RETURN(ImageBuffer levels,
                             ImageBuffer::Create(from.width, from.height, PixelFormat::kGray8));
  std::vector<float> row;
  for (int y = 0; y < from.height; ++y) {
    ReadInfraredRow(from, y, row);
    auto* to = levels.view().Row<std::uint8_t>(y);
    for (const float v : row) {
      const float share = (v - map.lo) * map.scale;
      *to++ = static_cast<std::uint8_t>(
          std::isfinite(share) ? std::lround(255 * std::clamp(share, 0.0f, 1.0f)) : 0);
    }
  }
  return levels;
}

}  // namespace seafusion::io
