// Pictures that come one after another: from a video, numbered files or a camera.
#ifndef SEAFUSION_STREAM_FRAME_SOURCE_H_
#define SEAFUSION_STREAM_FRAME_SOURCE_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include <seafusion/fuser.h>
#include <seafusion/status.h>

#include "core/memory/image_buffer.h"

namespace seafusion::stream {

/// Microseconds a second, the unit of all times of frames.
inline constexpr std::int64_t kMicroseconds = 1'000'000;

/// Frames a second as a fraction, as 30000/1001.
struct FrameRate {
  int numerator = 25;
  int denominator = 1;
  double value() const { return static_cast<double>(numerator) / denominator; }
  /// Length of a frame in microseconds.
  std::int64_t frame() const { return kMicroseconds * denominator / numerator; }
};

/// The colours of a video frame as it was decoded: of FFmpeg, see ffmpeg.h.
struct VideoPlanes;

struct Frame {
  ImageBuffer image;
  /// Microseconds, by the stream's own clock where it has one that begins with the recording, else
  /// since its first frame.
  std::int64_t time = 0;
  LumaRange luma = LumaRange::kFull;  ///< Of a gray `image`.
  /// Where not null, `image` is the Y of a video, gray8, to which these Cb and Cr belong: what is
  /// fused that way is never converted to rgb and back.
  std::shared_ptr<const VideoPlanes> planes = nullptr;
};
/// Null: the regular end of a stream.
using FramePtr = std::shared_ptr<const Frame>;

/// Whether the frame stands for a live source that is away for the moment: it has no picture.
inline bool IsGap(const Frame& frame) {
  return frame.image.empty();
}

struct StreamInfo {
  std::string name;  ///< As the user wrote it; for messages.
  int width = 0;
  int height = 0;
  FrameRate rate;
  int pixel_width = 1, pixel_height = 1;  ///< Shape of a pixel, as of anamorphic video.
  std::uint64_t frames = 0;               ///< How many there will be; 0: not known.
  std::int64_t length = 0;                ///< Microseconds; 0: not known.
  bool transparent = false;               ///< Its pictures have opacity, which frames leave out.
  /// Not null: its frames have planes like these, which hold no samples.
  std::shared_ptr<const VideoPlanes> planes = nullptr;
};

/// What the shutter of a thermal camera did to its stream.
struct ShutterCounts {
  std::uint64_t flat = 0;         ///< Frames of one shade.
  std::uint64_t held = 0;         ///< Of these, frames that the last good picture stands in for.
  std::uint64_t stood_still = 0;  ///< Times that the picture stood still for long.
};

/// How often a live source went away and came back.
struct ConnectionCounts {
  std::uint64_t lost = 0;
  std::uint64_t reopened = 0;
};

/// One thread reads. All frames of a source have the same size; only those made by Reconnecting
/// have gaps among them.
class FrameSource {
 public:
  virtual ~FrameSource() = default;
  virtual const StreamInfo& info() const = 0;
  /// The next frame, null at the regular end. A failure (the message begins with the name) is
  /// final; what was delivered before stays good. kCancelled when the caller's flag was set.
  virtual StatusOr<FramePtr> Next() = 0;
  /// Goes on with the first frame at or after `time`, forth or back, also after the end. Errors:
  /// kUnsupported (a pipe, a live source), kIoError.
  virtual Status Seek(std::int64_t /*time*/) { return Unsupported(info().name + ": goes on only"); }
  /// Frames so far that the data held but that were damaged, and so left out.
  virtual std::uint64_t damaged() const { return 0; }
  virtual ShutterCounts shutter() const { return {}; }
  virtual ConnectionCounts connection() const { return {}; }
};

/// Takes frames in the order of their times. One thread writes.
class FrameSink {
 public:
  virtual ~FrameSink() = default;
  /// All frames of a sink have the same size and format.
  virtual Status Write(const ImageView& image, std::int64_t time) = 0;
  /// Of a sink that was made for a video's Y (VideoWriterOptions::planes), in place of Write: with
  /// these colours, which may be in another format; null: none, the picture is gray.
  virtual Status WriteLuma(const ImageView& /*luma*/, const VideoPlanes* /*colours*/,
                           std::int64_t /*time*/) {
    return Unsupported("this output takes whole pictures only");
  }
  /// Completes what was written; call once, also after a failed Write: what is there by then stays
  /// readable.
  virtual Status Finish() = 0;
  /// What could not be kept of the sources; lines for people.
  virtual std::vector<std::string> remarks() const { return {}; }
};

/// Makes the sink when the first frame is there, so that bad input leaves no empty file.
using MakeSink = std::function<StatusOr<std::unique_ptr<FrameSink>>(const ImageView& first)>;

}  // namespace seafusion::stream

#endif  // SEAFUSION_STREAM_FRAME_SOURCE_H_
