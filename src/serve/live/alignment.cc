#include "serve/live/alignment.h"

#include <cmath>
#include <numbers>
#include <utility>

#include "core/status_macros.h"

namespace seafusion::serve {
namespace {

std::string SizesText(int iw, int ih, int vw, int vh) {
  return std::to_string(iw) + "x" + std::to_string(ih) + " and " + std::to_string(vw) + "x" +
         std::to_string(vh);
}

// Where the move takes a point of the visible picture.
align::Homography MapOf(const Nudge& nudge, int width, int height) {
  const double angle = nudge.rotation * std::numbers::pi / 180;
  const double c = nudge.scale * std::cos(angle), s = nudge.scale * std::sin(angle);
  const double cx = (width - 1) / 2.0, cy = (height - 1) / 2.0;
  return {{c, -s, cx - c * cx + s * cy + nudge.x, s, c, cy - s * cx - c * cy + nudge.y, 0, 0, 1}};
}

bool InRange(double value, double least, double most) {
  return value >= least && value <= most;  // not of NaN
}

}  // namespace

// The infrared picture's corners on the visible one's.
align::Rig Alignment::Stretched() const {
  align::Rig rig;
  rig.infrared.width = infrared_width_;
  rig.infrared.height = infrared_height_;
  rig.visible.width = visible_width_;
  rig.visible.height = visible_height_;
  const double sx = static_cast<double>(infrared_width_) / visible_width_;
  const double sy = static_cast<double>(infrared_height_) / visible_height_;
  rig.map.map = align::ScalingOfPixels(sx, sy);
  const bool same = sx == 1 && sy == 1;
  rig.model = same ? align::TransformModel::kIdentity : align::TransformModel::kHomography;
  rig.origin = {.method = align::RigMethod::kPoints, .note = "by hand, in seafusion serve"};
  return rig;
}

StatusOr<align::Rig> Alignment::rig() const {
  if (rig_) return *rig_;
  if (!has_sizes()) return InvalidArgument("no picture of both cameras has come yet");
  return Stretched();
}

Status Alignment::Use(std::optional<align::Rig> rig, align::Canvas canvas, bool remember) {
  std::shared_ptr<const align::Warper> warper;
  if (has_sizes()) {
    const bool same = infrared_width_ == visible_width_ && infrared_height_ == visible_height_;
    if (rig || !same) {
      const align::Rig used = rig ? *rig : Stretched();
      SEAFUSION_RETURN_IF_ERROR(used.Validate());
      if (used.infrared.width != infrared_width_ || used.infrared.height != infrared_height_ ||
          used.visible.width != visible_width_ || used.visible.height != visible_height_) {
        return InvalidArgument(
            "the rig is for pictures of " +
            SizesText(used.infrared.width, used.infrared.height, used.visible.width,
                      used.visible.height) +
            ", these are " +
            SizesText(infrared_width_, infrared_height_, visible_width_, visible_height_));
      }
      SEAFUSION_ASSIGN_OR_RETURN(align::Warper made, align::Warper::Create(used, canvas));
      warper = std::make_shared<const align::Warper>(std::move(made));
    }
  }
  if (remember) {
    before_.push_back(std::exchange(rig_, std::move(rig)));
    if (before_.size() > kMostUndoes) before_.erase(before_.begin());
  } else {
    rig_ = std::move(rig);
  }
  canvas_ = canvas;
  misfit_ = OkStatus();
  geometry_ = std::make_shared<const Geometry>(
      Geometry{.revision = geometry_->revision + 1, .warper = std::move(warper)});
  return OkStatus();
}

Status Alignment::SetSizes(int infrared_width, int infrared_height, int visible_width,
                           int visible_height) {
  if (infrared_width == infrared_width_ && infrared_height == infrared_height_ &&
      visible_width == visible_width_ && visible_height == visible_height_) {
    return misfit_;
  }
  infrared_width_ = infrared_width;
  infrared_height_ = infrared_height;
  visible_width_ = visible_width;
  visible_height_ = visible_height;
  misfit_ = Use(rig_, canvas_, /*remember=*/false);
  return misfit_;
}

Status Alignment::Move(const Nudge& nudge) {
  if (!InRange(nudge.x, -4096, 4096) || !InRange(nudge.y, -4096, 4096) ||
      !InRange(nudge.scale, 0.5, 2) || !InRange(nudge.rotation, -180, 180)) {
    return InvalidArgument("a move of " + std::to_string(nudge.x) + ", " + std::to_string(nudge.y) +
                           " pixels, scale " + std::to_string(nudge.scale) + " and " +
                           std::to_string(nudge.rotation) + " degrees is out of range");
  }
  SEAFUSION_ASSIGN_OR_RETURN(align::Rig moved, rig());
  if (moved.visible_to_infrared) {
    return InvalidArgument("the rig is one of calibrations: it has no map to move");
  }
  const auto back =
      MapOf(nudge, moved.visible.upright_width(), moved.visible.upright_height()).Inverse();
  if (!back) return InvalidArgument("the move cannot be undone");
  moved.map.map = (moved.map.map * *back).Normalised();
  if (moved.model == align::TransformModel::kIdentity) {
    moved.model = align::TransformModel::kSimilarity;
  }
  moved.origin = {.method = align::RigMethod::kPoints, .note = "by hand, in seafusion serve"};
  return Use(std::move(moved), canvas_, true);
}

StatusOr<align::PointFit> Alignment::FromPoints(std::span<const align::PointPair> pairs,
                                                align::TransformModel model, double tolerance) {
  if (!InRange(tolerance, 0.1, 100)) return InvalidArgument("the tolerance is out of 0.1..100");
  SEAFUSION_ASSIGN_OR_RETURN(align::Rig fitted, rig());
  const align::Homography infrared = fitted.infrared.ToUpright();
  const align::Homography visible = fitted.visible.ToUpright();
  std::vector<align::PointPair> upright;
  for (const align::PointPair& pair : pairs) {
    upright.push_back({infrared.Apply(pair.infrared), visible.Apply(pair.visible)});
  }
  SEAFUSION_ASSIGN_OR_RETURN(align::PointFit fit, align::FitPoints(upright, model, tolerance));
  fitted.model = model;
  fitted.map = {.map = fit.visible_to_infrared};
  fitted.parallax.reset();
  fitted.visible_to_infrared.reset();
  fitted.distance = 0;
  fitted.origin = {.method = align::RigMethod::kPoints,
                   .frames = static_cast<int>(pairs.size()),
                   .note = "points, in seafusion serve"};
  SEAFUSION_RETURN_IF_ERROR(Use(std::move(fitted), canvas_, true));
  return fit;
}

Status Alignment::Set(const align::Rig& rig) {
  return Use(rig, canvas_, true);
}
Status Alignment::SetCanvas(align::Canvas canvas) {
  return Use(rig_, canvas, false);
}
Status Alignment::Reset() {
  return Use(start_, canvas_, true);
}

Status Alignment::Undo() {
  if (before_.empty()) return InvalidArgument("nothing was changed");
  std::optional<align::Rig> last = before_.back();
  SEAFUSION_RETURN_IF_ERROR(Use(std::move(last), canvas_, false));
  before_.pop_back();
  return OkStatus();
}

}  // namespace seafusion::serve
