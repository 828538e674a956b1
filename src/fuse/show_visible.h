// What a result is where there is no infrared picture.
#ifndef SEAFUSION_FUSE_SHOW_VISIBLE_H_
#define SEAFUSION_FUSE_SHOW_VISIBLE_H_

#include <seafusion/fuser.h>
#include <seafusion/image.h>
#include <seafusion/status.h>

namespace seafusion {

/// Writes `vi` into `out` as Fuser::Fuse would if the network gave back the visible luma: of the
/// same size, formats as there, `settings.visible_luma` and `output_luma` heeded, the other
/// settings not. Samples that need no change are copied. Errors: those of Fuser::Fuse.
Status ShowVisible(const ImageView& vi, const MutableImageView& out, const FuseSettings& settings);

}  // namespace seafusion

#endif  // SEAFUSION_FUSE_SHOW_VISIBLE_H_
