// What FFmpeg decoded, as pictures of ours.
#ifndef SEAFUSION_STREAM_READ_FRAME_PIXELS_H_
#define SEAFUSION_STREAM_READ_FRAME_PIXELS_H_

#include <memory>

#include <seafusion/image.h>
#include <seafusion/status.h>

#include "stream/ffmpeg.h"

namespace seafusion::stream {

/// gray8, gray16 or rgb8, whichever keeps what the frame shows; of infrared the brightness alone.
PixelFormat DeliveredFormat(AVPixelFormat format, bool infrared);

/// Planes without samples, as those that frames of this format, range and colour space are
/// delivered as; null where they have no 8-bit Y, or colours for other blocks than 1, 2 or 4
/// pixels.
std::shared_ptr<const VideoPlanes> PlanesLike(const AVCodecParameters& video);

/// Converts, with a scaler that is made when it is needed; so not thread-safe.
class FramePixels {
 public:
  /// Into `to`, of the frame's size. Errors: kUnsupported, kInternal.
  Status Convert(const AVFrame& frame, const MutableImageView& to);

  /// The frame in the format and range of `like`: its own buffers where it has them already.
  /// Errors: kUnsupported, kResourceExhausted, kInternal.
  StatusOr<std::shared_ptr<const VideoPlanes>> Planes(const AVFrame& frame,
                                                      const VideoPlanes& like);

 private:
  Status PrepareScaler(const AVFrame& frame, AVPixelFormat to);

  ffmpeg::ScalerPtr scaler_;
};

}  // namespace seafusion::stream

#endif  // SEAFUSION_STREAM_READ_FRAME_PIXELS_H_
