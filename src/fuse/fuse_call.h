// What every fusion method asks of its pictures before it touches a sample.
#ifndef SEAFUSION_FUSE_FUSE_CALL_H_
#define SEAFUSION_FUSE_FUSE_CALL_H_

#include <seafusion/fuser.h>
#include <seafusion/image.h>
#include <seafusion/status.h>

namespace seafusion {

/// Valid views, one size for all three, an output that overlaps no source and can hold the result,
/// ranges that make sense. Fails with kInvalidArgument; with kUnsupported for luma in video's range
/// where the method's `widest` is kFull.
Status CheckFuseCall(const ImageView& ir, const ImageView& vi, const ImageView& out,
                     const FuseSettings& settings, LumaRange widest = LumaRange::kFull);

}  // namespace seafusion

#endif  // SEAFUSION_FUSE_FUSE_CALL_H_
