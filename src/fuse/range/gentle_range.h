// How far a fused picture that leaves black and white unused may be stretched:
// OutputRange::kGentle.
#ifndef SEAFUSION_FUSE_RANGE_GENTLE_RANGE_H_
#define SEAFUSION_FUSE_RANGE_GENTLE_RANGE_H_

#include <array>
#include <cstdint>

#include <seafusion/fuser.h>

#include "fuse/range/infrared_range.h"
#include "nn/plane.h"

namespace seafusion {

/// Brightness of one fused picture, counted on a grid of at least 65,536 of its pixels, or on all
/// that it has: the same ones however the picture is cut into tiles. Counts of several threads are
/// merged.
class LumaHistogram {
 public:
  LumaHistogram(int width, int height);

  /// Pixels [x0, x1) of row y, 0..1 (beyond it they count as black or white); `luma` is that of
  /// pixel x0.
  void Add(int y, int x0, int x1, const float* luma);

  /// `other`: of the same picture.
  void Merge(const LumaHistogram& other);

  /// The kFixedLuma range by which kGentle means this picture: black and white of the result are
  /// approached by what all but 0.2 % of the darkest and 0.1 % of the brightest pixels span, which
  /// becomes at most a quarter longer and stays where it is in proportion. What has all levels, or
  /// one alone, stays as it is.
  OutputRange Gentle() const;

 private:
  static constexpr int kBins = 4096;

  int step_;  // of the grid, in pixels
  std::array<std::uint32_t, kBins> counts_{};
};

/// From a luma to 0..1 by a kFixedLuma, before it is cut to that.
LinearMap LumaMapOf(const OutputRange& range);

/// `settings` of a picture that asked for `gentle`, with that in place of kGentle: what is put
/// beside the fused part then has its contrast.
FuseSettings Resolved(const FuseSettings& settings, const OutputRange& gentle);

/// LumaHistogram::Gentle of a whole picture's luma.
OutputRange GentleRange(nn::ConstPlane luma, int width, int height);

}  // namespace seafusion

#endif  // SEAFUSION_FUSE_RANGE_GENTLE_RANGE_H_
