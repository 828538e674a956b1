// Brings an infrared picture onto the visible one without OpenCV, which the page does not have.
#ifndef SEAFUSION_WEB_FUSE_ENGINE_PLACEMENT_H_
#define SEAFUSION_WEB_FUSE_ENGINE_PLACEMENT_H_

#include <optional>

#include <seafusion/image.h>
#include <seafusion/status.h>

#include "core/memory/image_buffer.h"
#include "io/camera/flir_block.h"

namespace seafusion::web {

/// What both pictures are brought onto: pixels of the visible picture, cut out and not
/// interpolated.
struct Placement {
  int x = 0, y = 0, width = 0, height = 0;  ///< Of the canvas in the visible picture.
  /// Infrared pixel = scale * canvas pixel + offset; pixel centres at integers.
  double scale_x = 1, scale_y = 1, offset_x = 0, offset_y = 0;

  bool Plain() const { return scale_x == 1 && scale_y == 1 && offset_x == 0 && offset_y == 0; }
};

/// By FLIR's numbers, where the file has them: what both cameras see. Else the whole visible
/// picture, which the infrared one is stretched over. Errors: kInvalidArgument where the sides'
/// ratios differ by more than 2 %, which stretching would hide.
StatusOr<Placement> Place(const ImageView& infrared, const ImageView& visible,
                          const std::optional<io::FlirPlacement>& flir);

/// The infrared picture on the canvas, bilinear, its edge repeated beyond it.
StatusOr<ImageBuffer> OnCanvas(const ImageView& infrared, const Placement& placement);

/// The canvas in the visible picture.
ImageView Cut(const ImageView& visible, const Placement& placement);

}  // namespace seafusion::web

#endif  // SEAFUSION_WEB_FUSE_ENGINE_PLACEMENT_H_
