// What infrared and visible pictures have in common: where there are edges, and along which
// direction they run.
#ifndef SEAFUSION_ALIGN_SEARCH_FEATURES_STRUCTURE_FEATURES_H_
#define SEAFUSION_ALIGN_SEARCH_FEATURES_STRUCTURE_FEATURES_H_

#include <array>

#include <opencv2/core.hpp>

namespace seafusion::align {

inline constexpr std::size_t kFeatureChannels = 5;

/// Feature planes, CV_32F, all of the picture's size: the gradient's magnitude m after local
/// contrast normalisation, without its local mean, and m times cosine and sine of two and four
/// times the gradient's angle. Twice the angle does not change when contrast is reversed, as it
/// often is between infrared and visible. Channels 2 to 5 have a mean near 0, so that pictures of
/// unrelated things correlate at about 0.
using Features = std::array<cv::Mat, kFeatureChannels>;

/// `gray`: CV_32F, 0..255. `mask`: CV_8U, 1 where there is a picture; empty: everywhere. Features
/// are 0 outside the mask.
Features StructureFeatures(const cv::Mat& gray, const cv::Mat& mask = {});

/// Sum of squares over the channels at every pixel, CV_32F.
cv::Mat FeatureEnergy(const Features& features);

}  // namespace seafusion::align

#endif  // SEAFUSION_ALIGN_SEARCH_FEATURES_STRUCTURE_FEATURES_H_
