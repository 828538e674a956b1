// One step of the search: a map fitted at a level, from several starts.
#ifndef SEAFUSION_ALIGN_SEARCH_FIT_REFINEMENT_H_
#define SEAFUSION_ALIGN_SEARCH_FIT_REFINEMENT_H_

#include <cstdint>
#include <span>
#include <vector>

#include <seafusion/status.h>

#include "align/geometry/homography.h"
#include "align/search/features/frame_pair.h"
#include "align/search/fit/block_surfaces.h"
#include "core/cpu/thread_pool.h"
#include "core/run_monitor.h"

namespace seafusion::align {

// Levels for an infrared picture of at least 640 pixels a row; smaller ones take what they have.
inline constexpr SurfaceLevel kCoarseLevel{160, 9, 10}, kMediumLevel{320, 7, 16},
    kFineLevel{640, 5, 32}, kFinestLevel{640, 3, 32, /*exact_rim=*/true};

/// A level as it is for infrared pictures of this width.
SurfaceLevel LevelForWidth(SurfaceLevel level, int infrared_width);

/// Frames, evenly spread, `count` at most.
std::vector<const SearchFrame*> SpreadFrames(std::span<const SearchFrame* const> frames,
                                             std::size_t count);

struct RefineStep {
  bool search = true;   ///< Far from the map as well; else only uphill from it.
  double spread = 0.4;  ///< Of the random search, share of the radius.
  double penalty = 0.03;
  std::uint64_t seed = 1, place = 0;
};

struct RefinedMap {
  double score = -1;  ///< The objective (SurfaceFit) where it ended.
  double seen = 0;    ///< BlockSurfaces' of the map it began at.
  CameraMap map;

  /// To compare maps by: the objective is a mean over what both cameras see, however little.
  double Rank() const { return score * seen; }
};

/// Maximises the objective from the map itself, from what the cross-entropy method finds and from
/// the blocks' own peaks, and returns the best. A map gone wild leaves the one it came from.
/// `pool` and `infrared` as ComputeBlockSurfaces takes them. Errors: kCancelled.
StatusOr<RefinedMap> RefineMap(std::span<const SearchFrame* const> frames, const CameraMap& map,
                               SurfaceLevel level, const RefineStep& step, ThreadPool* pool,
                               const RunMonitor& monitor,
                               std::span<const InfraredLevel> infrared = {});

}  // namespace seafusion::align

#endif  // SEAFUSION_ALIGN_SEARCH_FIT_REFINEMENT_H_
