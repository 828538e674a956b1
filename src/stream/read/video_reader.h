// Videos, cameras and network streams through FFmpeg's libraries.
#ifndef SEAFUSION_STREAM_READ_VIDEO_READER_H_
#define SEAFUSION_STREAM_READ_VIDEO_READER_H_

#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "io/sources/source_layout.h"
#include "stream/frame_source.h"
#include "stream/read/input_request.h"

namespace seafusion::stream {

struct VideoReaderOptions {
  bool infrared = false;  ///< Deliver the brightness alone, gray8 or gray16.
  /// Deliver the Y of a video of 8 bits with its planes (Frame::planes), where it has them and is
  /// neither rotated nor cropped: StreamInfo::planes tells.
  bool planes = false;
  bool live = false;  ///< A device or an address: time limits count, nothing tells its length.
  std::uint64_t max_pixels = std::uint64_t{1} << 28;
  /// Live: longest wait for the next frame, and for the stream to open.
  std::chrono::milliseconds patience{5000};
  /// Bare samples, `rate` frames a second: a file, a pipe, or what a device delivers as pixels of
  /// another format in as many bytes a row (16-bit counts inside YUYV).
  std::optional<io::RawFormat> raw_format;
  FrameRate rate;
  std::optional<io::PictureCrop> crop;  ///< Part of the pictures, before any rotation.
  InputRequest request;                 ///< Of a device or an address.
  /// Polled while waiting; set by the user's interrupt. May be null; must outlive the reader.
  const std::atomic<bool>* cancel = nullptr;
};

/// Opens a file, a pipe, standard input ("-"), a Video4Linux device (/dev/videoN) or an address
/// (rtsp://, udp://, ...).
///
/// Frames are gray8, gray16 (gray sources of more than 8 bits, as thermal cameras deliver) or rgb8,
/// turned upright as the file's rotation says. Times are those of the container's clock, where that
/// begins with the recording (not that of broadcasts) and the video a frame later than it or more.
/// Next() fails with kCorruptData when the file is shorter than it says itself, kInvalidArgument
/// when the picture size changes, kIoError when a live source delivers nothing in time or ends.
StatusOr<std::unique_ptr<FrameSource>> OpenVideo(const std::string& name,
                                                 const VideoReaderOptions& options);

}  // namespace seafusion::stream

#endif  // SEAFUSION_STREAM_READ_VIDEO_READER_H_
