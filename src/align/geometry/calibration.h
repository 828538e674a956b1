// A camera's focal length, centre and lens, as calibrations give them.
#ifndef SEAFUSION_ALIGN_GEOMETRY_CALIBRATION_H_
#define SEAFUSION_ALIGN_GEOMETRY_CALIBRATION_H_

#include <array>
#include <vector>

#include <seafusion/status.h>

#include "align/geometry/homography.h"

namespace seafusion::align {

/// Pinhole camera with the distortion of Brown and Conrady, in OpenCV's order and meaning:
/// k1 k2 p1 p2 [k3 [k4 k5 k6]]. Coordinates are pixels of the pictures as the camera delivers them.
struct CameraCalibration {
  double focal_x = 0, focal_y = 0;    ///< px, above 0.
  double centre_x = 0, centre_y = 0;  ///< px.
  std::vector<double> distortion;     ///< 0, 4, 5 or 8 numbers.

  /// kInvalidArgument with what is out of range: not finite, no positive focal length, another
  /// count.
  Status Validate() const;

  /// Where the camera sees the direction (x, y, 1). NaN beyond the radius at which the lens formula
  /// folds back.
  Point Project(Point direction) const;
  /// The direction (x, y, 1) that the camera sees at a pixel, by Newton's method; NaN where there
  /// is none.
  Point Direction(Point pixel) const;
};

/// Where the second camera is, seen from the first: X2 = rotation X1 + translation.
struct Extrinsics {
  std::array<double, 9> rotation{1, 0, 0, 0, 1, 0, 0, 0, 1};  ///< Row-major.
  std::array<double, 3> translation{};                        ///< Metres.

  /// kInvalidArgument unless all is finite and the rotation is one, to 1e-3.
  Status Validate() const;
  Extrinsics Inverse() const;
};

}  // namespace seafusion::align

#endif  // SEAFUSION_ALIGN_GEOMETRY_CALIBRATION_H_
