// The infrared side of a level of the search: the same for every map that is tried there.
#ifndef SEAFUSION_ALIGN_SEARCH_FEATURES_INFRARED_LEVEL_H_
#define SEAFUSION_ALIGN_SEARCH_FEATURES_INFRARED_LEVEL_H_

#include <cstddef>
#include <span>
#include <vector>

#include <seafusion/status.h>
#include <opencv2/core.hpp>

#include "align/geometry/homography.h"
#include "align/search/features/frame_pair.h"
#include "align/search/features/gray_pyramid.h"
#include "align/search/features/structure_features.h"
#include "core/cpu/thread_pool.h"
#include "core/status_macros.h"

namespace seafusion::align {

/// 24 bytes a pixel of the level.
struct InfraredLevel {
  Homography from_original;  ///< Infrared pixels to the level's.
  Features features;
  cv::Mat energy;  ///< FeatureEnergy of them.
};

inline InfraredLevel InfraredAtWidth(const GrayPyramid& infrared, int width) {
  const ReducedPicture picture = infrared.ToWidth(width);
  InfraredLevel level{picture.from_original, StructureFeatures(picture.samples), {}};
  level.energy = FeatureEnergy(level.features);
  return level;
}

/// The infrared side of all frames, computed once for each width, unless there are more than `most`
/// frames: then it would take too much memory to be kept. `frames` outlive it. Not thread-safe.
class InfraredLevels {
 public:
  InfraredLevels(std::span<const SearchFrame* const> frames, std::size_t most)
      : frames_(frames), kept_(frames.size() <= most) {}

  /// Of each frame; nothing where they are not kept. Valid until another width is asked for.
  /// Errors: those of ThreadPool.
  StatusOr<std::span<const InfraredLevel>> AtWidth(int width, ThreadPool& pool) {
    if (kept_ && width_ != width) {
      levels_.resize(frames_.size());
      SEAFUSION_RETURN_IF_ERROR(pool.ParallelFor(frames_.size(), [&](std::size_t i, int) {
        levels_[i] = InfraredAtWidth(frames_[i]->infrared, width);
        return OkStatus();
      }));
      width_ = width;
    }
    return std::span<const InfraredLevel>(levels_);
  }

 private:
  std::span<const SearchFrame* const> frames_;
  bool kept_ = true;
  int width_ = 0;
  std::vector<InfraredLevel> levels_;
};

}  // namespace seafusion::align

#endif  // SEAFUSION_ALIGN_SEARCH_FEATURES_INFRARED_LEVEL_H_
