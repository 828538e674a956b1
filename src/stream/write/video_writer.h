// Writes frames as a video through FFmpeg's libraries.
#ifndef SEAFUSION_STREAM_WRITE_VIDEO_WRITER_H_
#define SEAFUSION_STREAM_WRITE_VIDEO_WRITER_H_

#include <memory>
#include <string>

#include "core/files/file.h"
#include "stream/frame_source.h"

namespace seafusion::stream {

struct VideoWriterOptions {
  int width = 0;
  int height = 0;
  PixelFormat format = PixelFormat::kRgb8;  ///< Of the frames that Write will get.
  /// Not null: frames come by WriteLuma, with planes such as these; `format` is gray8 then.
  std::shared_ptr<const VideoPlanes> planes = nullptr;
  FrameRate rate;
  std::string codec;         ///< FFmpeg's name of an encoder; empty: by the extension.
  std::string pixel_format;  ///< FFmpeg's name; empty: what the encoder takes and players show.
  int pixel_width = 1, pixel_height = 1;  ///< Shape of a pixel.
  std::string audio_from;  ///< File whose sound goes into the video, as it is; empty: none.
  IfExists if_exists = IfExists::kFail;
  bool low_delay = false;  ///< Each frame leaves the encoder at once, which costs size.
};

/// A file whose extension names the container; its directory must exist. MP4 and MOV are written in
/// fragments of two seconds, Matroska in clusters of half a second, so that even a file that was
/// never finished plays up to there. Times are rounded to the frame rate's grid. Errors:
/// kInvalidArgument (extension, codec or pixel format unknown or not made for each other),
/// kAlreadyExists, kIoError (also of a later Write: a full disk).
StatusOr<std::unique_ptr<FrameSink>> CreateVideo(const std::string& path,
                                                 const VideoWriterOptions& options);

/// Frames to standard output: YUV4MPEG, or, where `pixel_format` is given, bare pixels of that
/// format without any header.
StatusOr<std::unique_ptr<FrameSink>> WriteToStandardOutput(const VideoWriterOptions& options);

/// A window that shows the frames, where FFmpeg's SDL device and a display are there. A failed
/// Write means that the user closed it.
StatusOr<std::unique_ptr<FrameSink>> OpenWindow(const VideoWriterOptions& options,
                                                const std::string& title);

}  // namespace seafusion::stream

#endif  // SEAFUSION_STREAM_WRITE_VIDEO_WRITER_H_
