// Brings the pictures of a rig's cameras onto one canvas.
#ifndef SEAFUSION_ALIGN_WARP_WARPER_H_
#define SEAFUSION_ALIGN_WARP_WARPER_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>

#include <seafusion/image.h>
#include <seafusion/status.h>

#include "align/rig/rig.h"
#include "fuse/range/infrared_range.h"

namespace seafusion::align {

/// What both pictures are brought onto.
enum class Canvas : std::uint8_t {
  /// The largest upright rectangle that both cameras see, at the visible camera's pixels unless the
  /// infrared camera has more there. That camera's pixels are cut out, not interpolated.
  kOverlap,
  kVisible,   ///< The whole upright visible picture.
  kInfrared,  ///< The whole upright infrared picture.
};

/// "overlap", "visible", "infrared".
std::string_view CanvasName(Canvas canvas);
std::optional<Canvas> CanvasNamed(std::string_view name);

enum class Source : std::uint8_t { kInfrared, kVisible };

/// Precomputed maps from a canvas to both cameras. Immutable: any number of threads may use one at
/// a time; a call takes scratch memory of about the size of its picture.
class Warper {
 public:
  /// Errors: kInvalidArgument (a rig that is none, fields of view that meet in less than 16 pixels
  /// a side), kResourceExhausted.
  static StatusOr<Warper> Create(const Rig& rig, Canvas canvas = Canvas::kOverlap);
  Warper(Warper&&) noexcept;
  Warper& operator=(Warper&&) noexcept;
  ~Warper();

  /// The same canvas where one camera has moved since: what the visible camera shows at canvas
  /// pixel p, the infrared one shows where this rig has `correction`(p). Replaces a correction that
  /// this Warper has. Takes as long as Create. Errors: kInvalidArgument (a correction that is far
  /// from the identity), kResourceExhausted.
  StatusOr<Warper> Corrected(const Homography& correction) const;

  int width() const;  ///< Of the canvas.
  int height() const;

  /// Infrared pixels that one of the canvas is wide, in its middle.
  double infrared_scale() const;

  /// The camera whose pixels the canvas has.
  Source base() const;

  /// `picture`: as the camera delivers it, of the rig's size, in any format; `out`: of the canvas'
  /// size and the same format, not overlapping it. Area averaging where the camera has more pixels
  /// than the canvas, cubic interpolation where it has fewer; 16 bits stay 16 bits. Beyond the
  /// camera's field its edge is repeated, so that nothing near it gets a dark seam. Errors:
  /// kInvalidArgument, kResourceExhausted; kUnsupported for kYuyv8 that would be interpolated.
  Status Warp(Source source, const ImageView& picture, const MutableImageView& out) const;
  /// The same for labels, gray8: the nearest pixel's value; `outside` beyond the camera's field.
  Status WarpLabels(Source source, const ImageView& labels, std::uint8_t outside,
                    const MutableImageView& out) const;

  /// True where the camera sees all of the canvas.
  bool Covers(Source source) const;
  /// Where, as the camera's share in the result: gray8 of the canvas' size, 255 inside its field, 0
  /// outside, rising over a few pixels from the rim inwards. Lives as long as the Warper.
  ImageView Coverage(Source source) const;
  /// Puts into `fused` what only one camera sees: fades it to that camera's picture on the canvas
  /// wherever the other camera's coverage fades. Both of the canvas' size, in integer formats;
  /// `map` takes the picture's samples to 0..1, black to white. Gray goes into rgb, but not the
  /// other way round; what else PixelFormat has, only into its own kind. Errors: kInvalidArgument.
  Status ShowAlone(Source source, const ImageView& on_canvas, const LinearMap& map,
                   const MutableImageView& fused) const;

  /// Between a camera's pixels, as it delivers them, and the canvas'. For boxes and points: NaN
  /// where there is nothing.
  Point ToCanvas(Source source, Point pixel) const;
  Point FromCanvas(Source source, Point canvas) const;

 private:
  struct State;
  explicit Warper(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace seafusion::align

#endif  // SEAFUSION_ALIGN_WARP_WARPER_H_
