// The infrared side of a level of the search: the same for every map that is tried there.
#ifndef SEAFUSION_ALIGN_SEARCH_INFRARED_LEVEL_H_
#define SEAFUSION_ALIGN_SEARCH_INFRARED_LEVEL_H_

#include <opencv2/core.hpp>

#include "align/homography.h"
#include "align/search/gray_pyramid.h"
#include "align/search/structure_features.h"

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

}  // namespace seafusion::align

#endif  // SEAFUSION_ALIGN_SEARCH_INFRARED_LEVEL_H_
