// Calibrations that other programs have made.
#ifndef SEAFUSION_ALIGN_CALIBRATE_IMPORT_CALIBRATION_H_
#define SEAFUSION_ALIGN_CALIBRATE_IMPORT_CALIBRATION_H_

#include <optional>
#include <string>
#include <vector>

#include <seafusion/status.h>

#include "align/geometry/calibration.h"
#include "align/rig/rig.h"

namespace seafusion::align {

struct ImportedCamera {
  std::string name;           ///< As the file calls it; may be empty.
  int width = 0, height = 0;  ///< 0: the file does not say.
  CameraCalibration calibration;
};

struct ImportedCalibration {
  std::vector<ImportedCamera> cameras;  ///< One or two, in the file's order; or none.
  /// The second camera as seen from the first.
  std::optional<Extrinsics> second_from_first;
};

/// Reads, told apart by their content:
/// - OpenCV's YAML, XML or JSON: camera_matrix and distortion_coefficients, or M1 D1 M2 D2, or
///   cameraMatrix and distCoeffs; R and T;
/// - ROS' camera_info YAML (plumb_bob, rational_polynomial);
/// - Kalibr's camchain YAML (pinhole with radtan or no distortion; cam0 and cam1).
/// Translations are taken as metres. At most 1 MiB. Every message begins with the path. Errors:
/// kNotFound, kCorruptData, kUnsupported (a camera or distortion model that is not listed).
StatusOr<ImportedCalibration> ImportCalibration(const std::string& path);
/// The same for a file's text; messages say no path.
StatusOr<ImportedCalibration> ParseCalibration(const std::string& text);

/// The rig of two calibrated cameras. `distance`: metres to what should fit best; 0: far away.
/// Errors: kInvalidArgument (a size that no file gave, numbers out of range).
StatusOr<Rig> RigFromCalibration(const ImportedCamera& infrared, const ImportedCamera& visible,
                                 const Extrinsics& visible_to_infrared, double distance);

}  // namespace seafusion::align

#endif  // SEAFUSION_ALIGN_CALIBRATE_IMPORT_CALIBRATION_H_
