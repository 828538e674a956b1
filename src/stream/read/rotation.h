// How the frames of a video must be turned to stand upright.
#ifndef SEAFUSION_STREAM_READ_ROTATION_H_
#define SEAFUSION_STREAM_READ_ROTATION_H_

#include "stream/ffmpeg.h"

namespace seafusion::stream {

/// Degrees clockwise, 0, 90, 180 or 270, by the stream's display matrix; 0 where it says something
/// else.
int RotationOf(const AVStream& stream);

}  // namespace seafusion::stream

#endif  // SEAFUSION_STREAM_READ_ROTATION_H_
