// Videos, cameras and network streams through FFmpeg's libraries.
#ifndef SEAFUSION_STREAM_READ_VIDEO_READER_H_
#define SEAFUSION_STREAM_READ_VIDEO_READER_H_

#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <string>

#include "stream/frame_source.h"

namespace seafusion::stream {

struct VideoReaderOptions {
  bool infrared = false;  ///< Deliver the brightness alone, gray8 or gray16.
  bool live = false;      ///< A device or an address: time limits count, nothing tells its length.
  std::uint64_t max_pixels = std::uint64_t{1} << 28;
  /// Live: longest wait for the next frame, and for the stream to open.
  std::chrono::milliseconds patience{5000};
  /// Polled while waiting; set by the user's interrupt. May be null; must outlive the reader.
  const std::atomic<bool>* cancel = nullptr;
};

/// Opens a file, a Video4Linux device (/dev/videoN) or an address (rtsp://, udp://, ...).
///
/// Frames are gray8, gray16 (gray sources of more than 8 bits, as thermal cameras deliver) or rgb8,
/// upright as stored: rotation tags are ignored, as they would break the registration of a pair.
/// Next() fails with kCorruptData when the file is shorter than it says itself, kInvalidArgument
/// when the picture size changes, kIoError when a live source delivers nothing in time or ends.
StatusOr<std::unique_ptr<FrameSource>> OpenVideo(const std::string& name,
                                                 const VideoReaderOptions& options);

}  // namespace seafusion::stream

#endif  // SEAFUSION_STREAM_READ_VIDEO_READER_H_
