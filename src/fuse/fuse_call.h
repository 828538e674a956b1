// What every fusion method asks of its pictures before it touches a sample.
#ifndef SEAFUSION_FUSE_FUSE_CALL_H_
#define SEAFUSION_FUSE_FUSE_CALL_H_

#include <seafusion/fuser.h>
#include <seafusion/image.h>
#include <seafusion/status.h>

namespace seafusion {

/// Valid views, one size for all three, an output that overlaps no source, ranges that make sense.
/// Fails with kInvalidArgument.
Status CheckFuseCall(const ImageView& ir, const ImageView& vi, const ImageView& out,
                     const FuseSettings& settings);

}  // namespace seafusion

#endif  // SEAFUSION_FUSE_FUSE_CALL_H_
