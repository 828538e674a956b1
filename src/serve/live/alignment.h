// How the two cameras lie over each other, changed by hand or machine while pictures run.
#ifndef SEAFUSION_SERVE_LIVE_ALIGNMENT_H_
#define SEAFUSION_SERVE_LIVE_ALIGNMENT_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include <seafusion/status.h>

#include "align/calibrate/point_fit.h"
#include "align/registration.h"
#include "align/rig/rig.h"
#include "align/warp/warper.h"

namespace seafusion::serve {

/// A move of the infrared picture over the visible one, in upright visible pixels, about the
/// visible picture's centre.
struct Nudge {
  double x = 0, y = 0;
  double scale = 1;     ///< 0.5..2
  double rotation = 0;  ///< Degrees, clockwise on the screen.
};

/// What of it the rest of the program needs; immutable.
struct Geometry {
  std::uint64_t revision = 0;
  /// Null: both have one size and lie on each other already.
  std::shared_ptr<const align::Warper> warper;
};

/// A rig, those before it, and the warper that it means. Not thread-safe.
class Alignment {
 public:
  /// `rig`: what the program began with, if anything.
  Alignment(std::optional<align::Rig> rig, align::Canvas canvas)
      : start_(rig), rig_(std::move(rig)), canvas_(canvas) {}

  /// Pictures of these sizes come. Without a rig, ones of two sizes are stretched over each other.
  /// Errors: kInvalidArgument (not the rig's sizes), those of Warper::Create; again for each
  /// picture until a change below, or other sizes, mend it.
  Status SetSizes(int infrared_width, int infrared_height, int visible_width, int visible_height);

  // Each keeps what was before for Undo. Errors: kInvalidArgument (no sizes known yet, numbers out
  // of range, a rig of calibrations, which has no map to move); what was stays then.
  Status Move(const Nudge& nudge);
  /// Points in the pixels of the pictures as the cameras deliver them.
  StatusOr<align::PointFit> FromPoints(std::span<const align::PointPair> pairs,
                                       align::TransformModel model, double tolerance);
  Status Set(const align::Rig& rig);
  Status SetCanvas(align::Canvas canvas);
  Status Reset();  ///< To what the program began with.
  Status Undo();

  const std::shared_ptr<const Geometry>& geometry() const { return geometry_; }
  /// The rig in use; of pictures that need none, the identity. Errors: kInvalidArgument (no sizes).
  StatusOr<align::Rig> rig() const;
  align::Canvas canvas() const { return canvas_; }
  bool given() const { return rig_.has_value(); }
  std::size_t undoes() const { return before_.size(); }
  bool has_sizes() const { return visible_width_ > 0; }

 private:
  static constexpr std::size_t kMostUndoes = 100;
  Status Use(std::optional<align::Rig> rig, align::Canvas canvas, bool remember);
  align::Rig Stretched() const;

  std::optional<align::Rig> start_, rig_;
  align::Canvas canvas_;
  std::vector<std::optional<align::Rig>> before_;
  int infrared_width_ = 0, infrared_height_ = 0, visible_width_ = 0, visible_height_ = 0;
  Status misfit_;  // why `geometry_` is not of these sizes
  std::shared_ptr<const Geometry> geometry_ = std::make_shared<const Geometry>();
};

}  // namespace seafusion::serve

#endif  // SEAFUSION_SERVE_LIVE_ALIGNMENT_H_
