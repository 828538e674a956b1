// Registered pairs moved by a known map, and what else can be asked for the way back.
#ifndef SEAFUSION_BENCH_REGISTRATION_PEERS_H_
#define SEAFUSION_BENCH_REGISTRATION_PEERS_H_

#include <string>
#include <vector>

#include <opencv2/core.hpp>

#include <seafusion/image.h>

#include "align/geometry/homography.h"

namespace registration {

struct Case {
  std::vector<cv::Mat> infrared, visible;  // 8UC1, moved
  seafusion::align::Homography truth;      // visible to infrared
  std::string name;
};

seafusion::ImageView ViewOf(const cv::Mat& gray);

/// Mean distance of the infrared corners' images under `found` and the truth, infrared pixels.
double Error(const seafusion::align::Homography& found, const Case& c);

/// That of other methods on the case's first pair; infinity where they find nothing.
double EccError(const Case& c);   ///< ECC on gradients.
double SiftError(const Case& c);  ///< Keypoints and RANSAC.
double OrbError(const Case& c);
/// MAGSAC on the blocks' own peaks, level by level from the best coarse candidate, as registration
/// refines it.
double BlockPeakError(const Case& c);

}  // namespace registration

#endif  // SEAFUSION_BENCH_REGISTRATION_PEERS_H_
