#include "align/rig/rig.h"

#include <array>
#include <cmath>
#include <limits>
#include <string>
#include <utility>

#include "core/status_macros.h"

namespace seafusion::align {
namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

std::string SizeText(int width, int height) {
  return std::to_string(width) + "x" + std::to_string(height);
}

Status ValidateOrigin(const RigOrigin& origin) {
  if (origin.frames < 0) return InvalidArgument("found: frames must not be negative");
  if (origin.confidence && !(*origin.confidence >= 0 && *origin.confidence <= 1)) {
    return InvalidArgument("found: confidence must be in 0..1");
  }
  if (origin.expected_error_px &&
      !(*origin.expected_error_px >= 0 && std::isfinite(*origin.expected_error_px))) {
    return InvalidArgument("found: expected error must be a number of pixels");
  }
  return OkStatus();
}

using Vector = std::array<double, 3>;

Vector Rotated(const Extrinsics& e, Point direction) {
  Vector v;
  for (std::size_t i = 0; i < 3; ++i) {
    v[i] = e.rotation[3 * i] * direction.x + e.rotation[3 * i + 1] * direction.y +
           e.rotation[3 * i + 2];
  }
  return v;
}

Point DirectionOf(const Vector& v) {
  if (!(v[2] > 1e-9)) return {kNan, kNan};  // behind the camera
  return {v[0] / v[2], v[1] / v[2]};
}

}  // namespace

Status RigCamera::Validate() const {
  if (width < 2 || height < 2 || width > kMostSide || height > kMostSide) {
    return InvalidArgument("size " + SizeText(width, height) + ": each side must be in 2.." +
                           std::to_string(kMostSide));
  }
  if (crop_width != 0 || crop_height != 0 || crop_x != 0 || crop_y != 0) {
    if (crop_x < 0 || crop_y < 0 || crop_width < 2 || crop_height < 2 ||
        crop_width > width - crop_x || crop_height > height - crop_y) {
      return InvalidArgument("crop of " + SizeText(crop_width, crop_height) + " at " +
                             std::to_string(crop_x) + "," + std::to_string(crop_y) +
                             " does not lie in " + SizeText(width, height));
    }
  }
  if (rotation != 0 && rotation != 90 && rotation != 180 && rotation != 270) {
    return InvalidArgument("rotation " + std::to_string(rotation) + ": 0, 90, 180 or 270");
  }
  if (calibration) SEAFUSION_RETURN_IF_ERROR(calibration->Validate().Annotate("calibration"));
  return OkStatus();
}

int RigCamera::upright_width() const {
  const int w = crop_width > 0 ? crop_width : width, h = crop_height > 0 ? crop_height : height;
  return rotation % 180 == 0 ? w : h;
}

int RigCamera::upright_height() const {
  const int w = crop_width > 0 ? crop_width : width, h = crop_height > 0 ? crop_height : height;
  return rotation % 180 == 0 ? h : w;
}

Homography RigCamera::ToUpright() const {
  const double w = (crop_width > 0 ? crop_width : width) - 1;
  const double h = (crop_height > 0 ? crop_height : height) - 1;
  const Homography crop{{1, 0, -1.0 * crop_x, 0, 1, -1.0 * crop_y, 0, 0, 1}};
  const double sx = flip_horizontal ? -1 : 1, sy = flip_vertical ? -1 : 1;
  const Homography flip{
      {sx, 0, flip_horizontal ? w : 0.0, 0, sy, flip_vertical ? h : 0.0, 0, 0, 1}};
  Homography turn;
  if (rotation == 90) turn = {{0, -1, h, 1, 0, 0, 0, 0, 1}};
  if (rotation == 180) turn = {{-1, 0, w, 0, -1, h, 0, 0, 1}};
  if (rotation == 270) turn = {{0, 1, 0, -1, 0, w, 0, 0, 1}};
  return turn * flip * crop;
}

Status Rig::Validate() const {
  SEAFUSION_RETURN_IF_ERROR(infrared.Validate().Annotate("infrared"));
  SEAFUSION_RETURN_IF_ERROR(visible.Validate().Annotate("visible"));
  SEAFUSION_RETURN_IF_ERROR(ValidateOrigin(origin));
  if (!(distance >= 0 && std::isfinite(distance))) {
    return InvalidArgument("distance must be 0 or a number of metres");
  }
  if (distance > 0 && !parallax && !visible_to_infrared) {
    return InvalidArgument("a distance needs a parallax, or calibrations and their extrinsics");
  }
  if (parallax && !(std::isfinite(parallax->x) && std::isfinite(parallax->y))) {
    return InvalidArgument("parallax must be finite");
  }
  if (visible_to_infrared) {
    if (!infrared.calibration || !visible.calibration) {
      return InvalidArgument("extrinsics need the calibration of both cameras");
    }
    return visible_to_infrared->Validate().Annotate("extrinsics");
  }
  if (!map.map.TameOn(visible.upright_width(), visible.upright_height())) {
    return InvalidArgument("the homography has its horizon in or near the visible picture");
  }
  const std::optional<Homography> inverse = map.map.Inverse();
  if (!inverse || !inverse->TameOn(infrared.upright_width(), infrared.upright_height())) {
    return InvalidArgument("the homography cannot be inverted on the infrared picture");
  }
  const double scale =
      map.map.ScaleAt({visible.upright_width() / 2.0, visible.upright_height() / 2.0});
  if (!(scale > 1e-3 && scale < 1e3)) {
    return InvalidArgument("the homography scales by " + std::to_string(scale));
  }
  if (!map.lens.Monotone()) {
    return InvalidArgument("lens k1 " + std::to_string(map.lens.k1) + ", k2 " +
                           std::to_string(map.lens.k2) + " folds the picture");
  }
  return OkStatus();
}

StatusOr<RigMap> RigMap::Create(const Rig& rig) {
  SEAFUSION_RETURN_IF_ERROR(rig.Validate());
  return RigMap(rig);
}

RigMap::RigMap(const Rig& rig)
    : map_(rig.map),
      inverse_(rig.map.map.Inverse().value_or(Homography{})),
      frame_(LensFrame::Of(rig.infrared.upright_width(), rig.infrared.upright_height())),
      distance_(rig.distance) {
  if (rig.parallax && rig.distance > 0) {
    shift_ = {rig.parallax->x / rig.distance, rig.parallax->y / rig.distance};
  }
  if (!rig.visible_to_infrared) return;
  calibrated_ = true;
  infrared_ = *rig.infrared.calibration;
  visible_ = *rig.visible.calibration;
  infrared_upright_ = rig.infrared.ToUpright();
  visible_upright_ = rig.visible.ToUpright();
  infrared_raw_ = infrared_upright_.Inverse().value_or(Homography{});
  visible_raw_ = visible_upright_.Inverse().value_or(Homography{});
  forth_ = *rig.visible_to_infrared;
  back_ = forth_.Inverse();
}

// With calibrations, `distance_` is that of a plane in front of the infrared camera.
Point RigMap::InfraredFromVisible(Point visible) const {
  if (!calibrated_) return map_.lens.Invert(map_.map.Apply(visible) + shift_, frame_);
  Vector v = Rotated(forth_, visible_.Direction(visible_raw_.Apply(visible)));
  if (distance_ > 0) {
    const double reach = (distance_ - forth_.translation[2]) / v[2];
    for (std::size_t i = 0; i < 3; ++i) v[i] = reach * v[i] + forth_.translation[i];
  }
  return infrared_upright_.Apply(infrared_.Project(DirectionOf(v)));
}

Point RigMap::VisibleFromInfrared(Point infrared) const {
  if (!calibrated_) return inverse_.Apply(map_.lens.Apply(infrared, frame_) - shift_);
  Vector v = Rotated(back_, infrared_.Direction(infrared_raw_.Apply(infrared)));
  if (distance_ > 0) {
    for (std::size_t i = 0; i < 3; ++i) v[i] = distance_ * v[i] + back_.translation[i];
  }
  return visible_upright_.Apply(visible_.Project(DirectionOf(v)));
}

Rig RigFromRegistration(const Registration& registration) {
  Rig rig;
  rig.infrared.width = registration.infrared_width;
  rig.infrared.height = registration.infrared_height;
  rig.visible.width = registration.visible_width;
  rig.visible.height = registration.visible_height;
  rig.model = registration.model;
  rig.map = registration.map;
  rig.origin.method = RigMethod::kRegistration;
  rig.origin.frames = registration.frames;
  rig.origin.confidence = registration.confidence;
  rig.origin.expected_error_px = registration.expected_error_px;
  return rig;
}

StatusOr<Rig> RigFromFlir(int infrared_width, int infrared_height, int visible_width,
                          int visible_height, double real_to_ir, double offset_x, double offset_y) {
  if (!(real_to_ir >= 0.1 && real_to_ir <= 20)) {
    return InvalidArgument("Real2IR " + std::to_string(real_to_ir) + " is not in 0.1..20");
  }
  if (!std::isfinite(offset_x) || !std::isfinite(offset_y)) {
    return InvalidArgument("the offsets must be numbers of visible pixels");
  }
  Rig rig;
  rig.infrared.width = infrared_width;
  rig.infrared.height = infrared_height;
  rig.visible.width = visible_width;
  rig.visible.height = visible_height;
  rig.model = TransformModel::kSimilarity;
  rig.origin.method = RigMethod::kMaker;
  const double scale = real_to_ir * infrared_width / visible_width;
  const double cx = (visible_width - 1) / 2.0 + offset_x,
               cy = (visible_height - 1) / 2.0 + offset_y;
  rig.map.map.m = {scale, 0,     (infrared_width - 1) / 2.0 - scale * cx,
                   0,     scale, (infrared_height - 1) / 2.0 - scale * cy,
                   0,     0,     1};
  SEAFUSION_RETURN_IF_ERROR(rig.Validate());
  return rig;
}

}  // namespace seafusion::align
