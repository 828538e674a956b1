// How well each block of the infrared picture matches the visible one at every small shift.
#ifndef SEAFUSION_ALIGN_SEARCH_FIT_BLOCK_SURFACES_H_
#define SEAFUSION_ALIGN_SEARCH_FIT_BLOCK_SURFACES_H_

#include <span>
#include <vector>

#include <seafusion/status.h>

#include "align/geometry/homography.h"
#include "align/search/features/frame_pair.h"
#include "align/search/features/infrared_level.h"
#include "core/cpu/thread_pool.h"
#include "core/run_monitor.h"

namespace seafusion::align {

/// A level of the search.
struct SurfaceLevel {
  int width = 0;   ///< Of the reduced infrared picture.
  int radius = 0;  ///< Shifts from -radius to radius pixels of the level, both ways.
  int cell = 0;    ///< Blocks are 3x3 cells of this many pixels and overlap: one block a cell.
  /// Of a block that reaches beyond the visible picture only what lies on it counts, at each shift.
  /// Else the block counts for less the less of it does, which keeps a search from the rim, but
  /// pulls the peaks of blocks at the rim inwards.
  bool exact_rim = false;
};

/// Correlation surfaces summed over frames. Taking the sum before any peak is looked for is what
/// makes a sequence better than its frames: a block without structure in one frame has some in
/// another, and false peaks differ from frame to frame while the true one stays.
struct BlockSurfaces {
  int width = 0, height = 0;  ///< Of the level.
  int radius = 0;
  int columns = 0, rows = 0;   ///< Blocks.
  Homography to_level;         ///< Infrared pixels to the level's.
  std::vector<Point> centres;  ///< Of the blocks, pixels of the level; row after row.
  /// Mean normalised correlation, 0..1: block after block, in each row after row of shifts.
  std::vector<float> surfaces;
  std::vector<float> weights;  ///< 0..1: how much structure the infrared block has.
  /// Weighted mean over all blocks, not cut at 0.
  std::vector<float> mean_surface;
  /// Share of the infrared structure that lies on the visible picture, 0..1.
  float seen = 0;

  int side() const { return 2 * radius + 1; }
  std::size_t blocks() const { return centres.size(); }
};

/// One frame's part of a sum: correlation times coverage times weight at every shift, and the
/// weight at the middle.
struct FrameSurfaces {
  std::vector<float> sum;     ///< As BlockSurfaces::surfaces.
  std::vector<float> weight;  ///< A block each.
  float structure = 0;        ///< Sum of the weights as if all blocks lay on the visible picture.
};
/// `pool` shares the rows of shifts; null: the caller's thread alone. `infrared`: the frame's at
/// this level's width, where that is known already.
StatusOr<FrameSurfaces> SurfacesOfFrame(const SearchFrame& frame, const CameraMap& map,
                                        SurfaceLevel level, ThreadPool* pool,
                                        const InfraredLevel* infrared = nullptr);

/// The sum over frames of one size at one level. Frames count the same in whatever order they come,
/// but for rounding.
class SurfaceSum {
 public:
  SurfaceSum(int infrared_width, int infrared_height, const SurfaceLevel& level);
  void Add(const FrameSurfaces& frame);
  /// What was added so far counts `keep` times as much, 0..1.
  void Fade(float keep);
  /// How many frames count, faded ones as parts of one.
  float frames() const { return frames_; }
  /// Needs frames() > 0.
  BlockSurfaces Mean() const;

 private:
  BlockSurfaces sum_;  // `surfaces` and `weights` are sums, `mean_surface` is empty
  float frames_ = 0, structure_ = 0;
};

/// `pool` shares the work; null: the caller's thread alone. At most a frame for each thread is in
/// work at a time. The same whatever the number of threads. `infrared`: of every frame at this
/// level's width, or nothing. Errors: kCancelled.
StatusOr<BlockSurfaces> ComputeBlockSurfaces(std::span<const SearchFrame* const> frames,
                                             const CameraMap& map, SurfaceLevel level,
                                             ThreadPool* pool, const RunMonitor& monitor,
                                             std::span<const InfraredLevel> infrared = {});

}  // namespace seafusion::align

#endif  // SEAFUSION_ALIGN_SEARCH_FIT_BLOCK_SURFACES_H_
