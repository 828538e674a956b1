// Whole pictures, labels and boxes on a rig's canvas, and what is shown where only one camera sees.
#ifndef SEAFUSION_ALIGN_PLACE_ON_CANVAS_H_
#define SEAFUSION_ALIGN_PLACE_ON_CANVAS_H_

#include <cstdint>
#include <optional>

#include <seafusion/fuser.h>
#include <seafusion/image.h>
#include <seafusion/status.h>

#include "align/warp/warper.h"
#include "core/memory/image_buffer.h"

namespace seafusion::align {

/// A camera's picture on the canvas: Warper::Warp. Samples of 16-bit infrared pictures that show
/// nothing (FindNoData) stay such, and none of them is mixed into what shows something. Errors:
/// those of Warper::Warp. Thread-safe.
StatusOr<ImageBuffer> OnCanvas(const Warper& warper, Source source, const ImageView& picture);
/// The same into memory that is there: `out` as Warper::Warp wants it.
Status PutOnCanvas(const Warper& warper, Source source, const ImageView& picture,
                   const MutableImageView& out);

/// Labels, gray8, that lie on a camera's pictures: Warper::WarpLabels, 255 (no class) beyond them.
StatusOr<ImageBuffer> LabelsOnCanvas(const Warper& warper, Source source, const ImageView& labels);

/// Upright rectangle between pixels' edges: 0 is the left edge of the first pixel.
struct PixelBox {
  double left = 0, top = 0, right = 0, bottom = 0;
};

/// The upright rectangle around what a camera's box becomes on the canvas, cut off at its edges.
/// Nothing where less than a quarter of its area is left: what is hardly in the picture need not be
/// found there.
std::optional<PixelBox> BoxOnCanvas(const Warper& warper, Source source, const PixelBox& box);

/// Shows in `fused` what only one camera sees, as that camera saw it: both pictures on the canvas,
/// the infrared one by the settings' range and gain, either by a kFixedLuma of them (Resolved). Any
/// formats that Fuser::Fuse takes, `fused` in an integer one. Errors: those of Warper::ShowAlone,
/// FindInfraredMap and ShowVisible.
Status ShowWhatOneSees(const Warper& warper, const ImageView& infrared, const ImageView& visible,
                       const FuseSettings& settings, const MutableImageView& fused);

}  // namespace seafusion::align

#endif  // SEAFUSION_ALIGN_PLACE_ON_CANVAS_H_
