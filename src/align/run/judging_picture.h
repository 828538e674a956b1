// A picture to judge a rig by.
#ifndef SEAFUSION_ALIGN_RUN_JUDGING_PICTURE_H_
#define SEAFUSION_ALIGN_RUN_JUDGING_PICTURE_H_

#include <seafusion/image.h>
#include <seafusion/status.h>

#include "align/rig/rig.h"
#include "core/memory/image_buffer.h"

namespace seafusion::align {

/// Four panels as rgb8: above, the infrared picture's edges (orange) over the visible picture,
/// without the rig (stretched to its size) and with it; below, both pictures in a checkerboard,
/// likewise. The pictures are those the rig's cameras deliver. Errors: those of Warper.
StatusOr<ImageBuffer> JudgingPicture(const Rig& rig, const ImageView& infrared,
                                     const ImageView& visible);

}  // namespace seafusion::align

#endif  // SEAFUSION_ALIGN_RUN_JUDGING_PICTURE_H_
