// Two cameras and how they map onto each other: found once, used for every picture after.
#ifndef SEAFUSION_ALIGN_RIG_RIG_H_
#define SEAFUSION_ALIGN_RIG_RIG_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <seafusion/status.h>

#include "align/geometry/calibration.h"
#include "align/geometry/homography.h"
#include "align/registration.h"

namespace seafusion::align {

/// How one camera's pictures come and how they are brought upright: cropped first, then flipped,
/// then turned.
struct RigCamera {
  static constexpr int kMostSide = 32766;  ///< OpenCV's maps hold 16-bit coordinates.

  int width = 0, height = 0;  ///< As they come; 2..kMostSide.
  /// Part that is used; width 0: all of it.
  int crop_x = 0, crop_y = 0, crop_width = 0, crop_height = 0;
  bool flip_horizontal = false, flip_vertical = false;
  int rotation = 0;  ///< Clockwise: 0, 90, 180, 270.
  std::optional<CameraCalibration> calibration;

  Status Validate() const;
  int upright_width() const;
  int upright_height() const;
  /// Pixels of the upright picture from those of the picture as it comes.
  Homography ToUpright() const;
};

/// What nearness does where the cameras stand side by side: at a distance of z metres a visible
/// point appears in the infrared picture at map(x) + (x, y) / z.
struct Parallax {
  double x = 0, y = 0;  ///< Infrared pixels times metres.
};

/// Where a rig's map comes from.
enum class RigMethod : std::uint8_t { kRegistration, kPoints, kCalibration, kMaker };
/// "registration", "points", "calibration", "maker".
std::string_view RigMethodName(RigMethod method);

struct RigOrigin {
  RigMethod method = RigMethod::kRegistration;
  std::string when;  ///< UTC, as 2026-03-01T12:00:00Z; may be empty.
  int frames = 0;    ///< Pairs of pictures, or pairs of points, that it was found from.
  std::optional<double> confidence;         ///< 0..1
  std::optional<double> expected_error_px;  ///< Infrared pixels.
  std::string note;
};

/// Plain value; Validate() before use.
struct Rig {
  RigCamera infrared, visible;

  /// Between the upright pictures, for what is far away; what of it is more than the identity.
  TransformModel model = TransformModel::kHomography;
  CameraMap map;
  std::optional<Parallax> parallax;
  /// Of the infrared camera as seen from the visible one. With it, and with both calibrations,
  /// `model`, `map` and `parallax` are not used.
  std::optional<Extrinsics> visible_to_infrared;
  /// Metres to what should fit best; 0: far away. Needs `parallax` or `visible_to_infrared`.
  double distance = 0;
  RigOrigin origin;

  /// kInvalidArgument with what cannot be: sizes, crops, turns, maps that cannot be inverted or
  /// that turn parts of the picture inside out, numbers that are not finite.
  Status Validate() const;
};

/// A validated rig's map between the upright pictures, both ways. Points that the other camera
/// cannot see for reasons of geometry come out as NaN; others may lie outside its picture.
/// Immutable.
class RigMap {
 public:
  static StatusOr<RigMap> Create(const Rig& rig);
  Point InfraredFromVisible(Point visible) const;
  Point VisibleFromInfrared(Point infrared) const;

 private:
  explicit RigMap(const Rig& rig);

  CameraMap map_;
  Homography inverse_;
  LensFrame frame_;
  Point shift_;  // by parallax, infrared pixels
  bool calibrated_ = false;
  CameraCalibration infrared_, visible_;
  Homography infrared_upright_, visible_upright_, infrared_raw_, visible_raw_;
  Extrinsics forth_, back_;
  double distance_ = 0;
};

/// A rig from what registration found on upright pictures as they come. Sizes are those of the
/// registration.
Rig RigFromRegistration(const Registration& registration);

/// A rig from the numbers that FLIR cameras write into their files: Real2IR is the width of the
/// visible field over that of the infrared one, the offsets are where the infrared picture's centre
/// lies from the visible one's, in visible pixels. Errors: kInvalidArgument.
StatusOr<Rig> RigFromFlir(int infrared_width, int infrared_height, int visible_width,
                          int visible_height, double real_to_ir, double offset_x, double offset_y);

}  // namespace seafusion::align

#endif  // SEAFUSION_ALIGN_RIG_RIG_H_
