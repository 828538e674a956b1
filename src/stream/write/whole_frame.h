// A video's Y, fused, with the colours that it had.
#ifndef SEAFUSION_STREAM_WRITE_WHOLE_FRAME_H_
#define SEAFUSION_STREAM_WRITE_WHOLE_FRAME_H_

#include <seafusion/image.h>
#include <seafusion/status.h>

#include "stream/ffmpeg.h"

namespace seafusion::stream {

/// The frame of this Y (gray8) and these Cb and Cr; of planes without samples it is gray. Refers to
/// `luma`, shares the colours. Errors: kInternal where they are of another size,
/// kResourceExhausted.
StatusOr<ffmpeg::FramePtr> WithLuma(const ImageView& luma, const VideoPlanes& colours);

}  // namespace seafusion::stream

#endif  // SEAFUSION_STREAM_WRITE_WHOLE_FRAME_H_
