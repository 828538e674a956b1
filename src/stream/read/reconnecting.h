// Live sources that vanish and come back: a cable, a network, a camera that starts anew.
#ifndef SEAFUSION_STREAM_READ_RECONNECTING_H_
#define SEAFUSION_STREAM_READ_RECONNECTING_H_

#include <atomic>
#include <chrono>
#include <functional>
#include <memory>

#include "stream/frame_source.h"

namespace seafusion::stream {

struct ReconnectOptions {
  std::chrono::milliseconds patience{0};  ///< Away for longer than this, a source has failed.
  std::chrono::milliseconds pause{1000};  ///< Between two attempts.
  /// Polled while waiting; may be null; must outlive the source.
  const std::atomic<bool>* cancel = nullptr;
};

/// A source whose failure, or end, is not final: it is opened again by `open`, which makes one
/// attempt. While it is away Next() gives frames that are gaps (IsGap), the first at once and one
/// after each attempt that failed. When it stays away, Next() fails as the source did; a source
/// that comes back with pictures of another size is a failure as well. FrameSource::connection
/// counts.
std::unique_ptr<FrameSource> Reconnecting(
    std::unique_ptr<FrameSource> source,
    std::function<StatusOr<std::unique_ptr<FrameSource>>()> open, const ReconnectOptions& options);

}  // namespace seafusion::stream

#endif  // SEAFUSION_STREAM_READ_RECONNECTING_H_
