// The map between two cameras from points that somebody has seen in both.
#ifndef SEAFUSION_ALIGN_CALIBRATE_POINT_FIT_H_
#define SEAFUSION_ALIGN_CALIBRATE_POINT_FIT_H_

#include <span>
#include <string>
#include <vector>

#include <seafusion/status.h>

#include "align/geometry/homography.h"
#include "align/registration.h"

namespace seafusion::align {

struct PointPair {
  Point infrared, visible;
};

struct PointFit {
  Homography visible_to_infrared;
  std::vector<double> residuals;  ///< Of every pair, infrared pixels.
  std::vector<bool> used;         ///< False for what the robust fit left out.
  /// Root mean square of the used ones, corrected for the freedoms of the map.
  double deviation = 0;
};

/// Fits a similarity (from 2 pairs) or a homography (from 4) by MAGSAC++ (Barath et al. 2020)
/// followed by least squares on what agrees; always the same for the same points. `tolerance`:
/// infrared pixels within which a pair agrees. Errors: kInvalidArgument (too few pairs, points that
/// lie on a line or on each other, fewer than half of them agreeing).
StatusOr<PointFit> FitPoints(std::span<const PointPair> pairs, TransformModel model,
                             double tolerance);

/// Reads lines "ir_x ir_y vis_x vis_y", numbers parted by blanks, commas or semicolons; empty lines
/// and what follows # do not count. Pixel centres at integers. At most 1 MiB. Every message begins
/// with the path, and names the line.
StatusOr<std::vector<PointPair>> ReadPoints(const std::string& path);

}  // namespace seafusion::align

#endif  // SEAFUSION_ALIGN_CALIBRATE_POINT_FIT_H_
