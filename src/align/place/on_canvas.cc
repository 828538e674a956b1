#include "align/place/on_canvas.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>
#include <vector>

#include "core/status_macros.h"
#include "fuse/agc/gain_control.h"
#include "fuse/range/gentle_range.h"
#include "fuse/range/infrared_range.h"
#include "fuse/range/no_data.h"
#include "fuse/range/scene_samples.h"
#include "fuse/rows/packed_row.h"
#include "fuse/show_visible.h"

namespace seafusion::align {
namespace {

constexpr int kReach = 2;             // px that cubic interpolation looks to either side
constexpr double kLeastShare = 0.25;  // of a box's area that must be on the canvas

// 255 within kReach of a pixel that is marked.
StatusOr<ImageBuffer> Widened(const std::vector<std::uint8_t>& marks, int width, int height) {
  SEAFUSION_ASSIGN_OR_RETURN(ImageBuffer wide,
                             ImageBuffer::Create(width, height, PixelFormat::kGray8));
  for (int y = 0; y < height; ++y) {
    const std::uint8_t* row = marks.data() + static_cast<std::size_t>(y) * width;
    for (int x = 0; x < width; ++x) {
      if (row[x] == 0) continue;
      const int left = std::max(0, x - kReach), right = std::min(width - 1, x + kReach);
      for (int v = std::max(0, y - kReach); v <= std::min(height - 1, y + kReach); ++v) {
        auto* out = wide.view().Row<std::uint8_t>(v);
        std::fill(out + left, out + right + 1, std::uint8_t{255});
      }
    }
  }
  return wide;
}

// 0 again wherever a sample without data had a part in the warped picture.
Status KeepGaps(const Warper& warper, Source source, const ImageView& picture,
                const MutableImageView& out) {
  std::vector<std::uint8_t> missing;
  if (FindNoData(picture, missing) == 0) return OkStatus();
  SEAFUSION_ASSIGN_OR_RETURN(const ImageBuffer gaps,
                             Widened(missing, picture.width, picture.height));
  SEAFUSION_ASSIGN_OR_RETURN(ImageBuffer warped,
                             ImageBuffer::Create(out.width, out.height, PixelFormat::kGray8));
  SEAFUSION_RETURN_IF_ERROR(warper.Warp(source, gaps.view(), warped.view()));
  for (int y = 0; y < out.height; ++y) {
    const auto* gap = std::as_const(warped).view().Row<std::uint8_t>(y);
    auto* row = out.Row<std::uint16_t>(y);
    for (int x = 0; x < out.width; ++x) {
      if (gap[x] != 0) row[x] = 0;
    }
  }
  return OkStatus();
}

// As integers by a range, which is what can be faded: 16 bits, black to white.
StatusOr<ImageBuffer> Levels(const ImageView& infrared, const LinearMap& map,
                             const OutputRange& shown) {
  const bool stretched = shown.kind == OutputRange::Kind::kFixedLuma;
  const LinearMap luma = stretched ? LumaMapOf(shown) : LinearMap();
  SEAFUSION_ASSIGN_OR_RETURN(
      ImageBuffer levels,
      ImageBuffer::Create(infrared.width, infrared.height, PixelFormat::kGray16));
  std::vector<float> row;
  for (int y = 0; y < infrared.height; ++y) {
    ReadInfraredRow(infrared, y, row);
    auto* to = levels.view().Row<std::uint16_t>(y);
    for (const float v : row) {
      float share = std::clamp((v - map.lo) * map.scale, 0.0f, 1.0f);
      if (stretched) share = std::clamp((share - luma.lo) * luma.scale, 0.0f, 1.0f);
      *to++ = static_cast<std::uint16_t>(std::isfinite(share) ? std::lround(65535 * share) : 0);
    }
  }
  return levels;
}

Status ShowInfrared(const Warper& warper, const ImageView& infrared, const ImageView& visible,
                    const FuseSettings& settings, const MutableImageView& fused) {
  if (settings.infrared_gain.kind == InfraredGain::Kind::kLinear) {
    SEAFUSION_ASSIGN_OR_RETURN(const LinearMap map,
                               FindInfraredMap(infrared, settings.infrared_range));
    SEAFUSION_ASSIGN_OR_RETURN(const ImageBuffer levels,
                               Levels(infrared, map, settings.output_range));
    return warper.ShowAlone(Source::kInfrared, levels.view(), {0, 1.0f / 65535}, fused);
  }
  SEAFUSION_ASSIGN_OR_RETURN(const std::optional<FilledInfrared> filled,
                             FillNoData(infrared, visible, settings));
  SEAFUSION_ASSIGN_OR_RETURN(const ImageBuffer gained,
                             GainControl(settings.infrared_gain)
                                 .Next(filled ? filled->picture.view() : infrared,
                                       filled ? filled->range : settings.infrared_range));
  SEAFUSION_ASSIGN_OR_RETURN(const ImageBuffer levels,
                             Levels(gained.view(), {}, settings.output_range));
  return warper.ShowAlone(Source::kInfrared, levels.view(), {0, 1.0f / 65535}, fused);
}

Status ShowVisiblePicture(const Warper& warper, const ImageView& visible,
                          const FuseSettings& settings, const MutableImageView& fused) {
  const float full = FullScale(visible.format);
  const bool fits =
      visible.format == fused.format || (!IsPacked(visible.format) && !IsPacked(fused.format) &&
                                         (HasColour(fused.format) || !HasColour(visible.format)));
  const bool as_it_is = fits && !IsFloatingPoint(visible.format) &&
                        settings.visible_luma == settings.output_luma &&
                        settings.output_range.kind != OutputRange::Kind::kFixedLuma;
  if (as_it_is) return warper.ShowAlone(Source::kVisible, visible, {0, 1 / full}, fused);
  SEAFUSION_ASSIGN_OR_RETURN(ImageBuffer shown,
                             ImageBuffer::Create(fused.width, fused.height, fused.format));
  SEAFUSION_RETURN_IF_ERROR(ShowVisible(visible, shown.view(), settings));
  return warper.ShowAlone(Source::kVisible, std::as_const(shown).view(),
                          {0, 1 / FullScale(fused.format)}, fused);
}

}  // namespace

StatusOr<ImageBuffer> OnCanvas(const Warper& warper, Source source, const ImageView& picture) {
  SEAFUSION_ASSIGN_OR_RETURN(ImageBuffer out,
                             ImageBuffer::Create(warper.width(), warper.height(), picture.format));
  SEAFUSION_RETURN_IF_ERROR(PutOnCanvas(warper, source, picture, out.view()));
  return out;
}

Status PutOnCanvas(const Warper& warper, Source source, const ImageView& picture,
                   const MutableImageView& out) {
  SEAFUSION_RETURN_IF_ERROR(warper.Warp(source, picture, out));
  const bool counts = source == Source::kInfrared && picture.format == PixelFormat::kGray16;
  return counts ? KeepGaps(warper, source, picture, out) : OkStatus();
}

StatusOr<ImageBuffer> LabelsOnCanvas(const Warper& warper, Source source, const ImageView& labels) {
  SEAFUSION_ASSIGN_OR_RETURN(
      ImageBuffer out, ImageBuffer::Create(warper.width(), warper.height(), PixelFormat::kGray8));
  SEAFUSION_RETURN_IF_ERROR(warper.WarpLabels(source, labels, 255, out.view()));
  return out;
}

std::optional<PixelBox> BoxOnCanvas(const Warper& warper, Source source, const PixelBox& box) {
  // Sides may bend; pixel centres, to which maps apply, lie half a pixel from edges.
  constexpr int kParts = 4;
  std::optional<PixelBox> around;
  const auto add = [&](double x, double y) {
    const Point p = warper.ToCanvas(source, {x - 0.5, y - 0.5});
    if (!std::isfinite(p.x) || !std::isfinite(p.y)) return;
    const double u = p.x + 0.5, v = p.y + 0.5;
    if (!around) around = PixelBox{u, v, u, v};
    around = PixelBox{std::min(around->left, u), std::min(around->top, v),
                      std::max(around->right, u), std::max(around->bottom, v)};
  };
  for (int i = 0; i <= kParts; ++i) {
    const double x = box.left + (box.right - box.left) * i / kParts;
    const double y = box.top + (box.bottom - box.top) * i / kParts;
    add(x, box.top);
    add(x, box.bottom);
    add(box.left, y);
    add(box.right, y);
  }
  if (!around) return std::nullopt;
  const double area = (around->right - around->left) * (around->bottom - around->top);
  const PixelBox cut{std::max(around->left, 0.0), std::max(around->top, 0.0),
                     std::min(around->right, static_cast<double>(warper.width())),
                     std::min(around->bottom, static_cast<double>(warper.height()))};
  if (cut.right <= cut.left || cut.bottom <= cut.top) return std::nullopt;
  if ((cut.right - cut.left) * (cut.bottom - cut.top) < kLeastShare * area) return std::nullopt;
  return cut;
}

Status ShowWhatOneSees(const Warper& warper, const ImageView& infrared, const ImageView& visible,
                       const FuseSettings& settings, const MutableImageView& fused) {
  if (!warper.Covers(Source::kInfrared)) {
    SEAFUSION_RETURN_IF_ERROR(ShowVisiblePicture(warper, visible, settings, fused));
  }
  if (!warper.Covers(Source::kVisible)) {
    SEAFUSION_RETURN_IF_ERROR(ShowInfrared(warper, infrared, visible, settings, fused));
  }
  return OkStatus();
}

}  // namespace seafusion::align
