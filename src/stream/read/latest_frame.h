// The newest frame of a live source: old ones are dropped, so that nothing lags.
#ifndef SEAFUSION_STREAM_READ_LATEST_FRAME_H_
#define SEAFUSION_STREAM_READ_LATEST_FRAME_H_

#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>

#include "stream/frame_source.h"

namespace seafusion::stream {

/// The steady clock, by which frames arrive.
std::int64_t SteadyMicroseconds();

/// Reads a source on a thread of its own. Times of its frames are when they came, in microseconds
/// of the steady clock, since the clocks of two cameras have nothing in common. Thread-safe.
class LatestFrame {
 public:
  /// Begins to read. The source must return from Next() soon after its cancel flag was set.
  explicit LatestFrame(std::unique_ptr<FrameSource> source);
  /// Waits for the source's Next().
  ~LatestFrame();
  LatestFrame(const LatestFrame&) = delete;
  LatestFrame& operator=(const LatestFrame&) = delete;

  const StreamInfo& info() const { return source_->info(); }

  /// Waits for a frame that was not taken yet and takes the newest, which may be a gap. After a
  /// failure or the end of the source: its frames first, then the failure, or null.
  StatusOr<FramePtr> TakeNewest();
  /// The newest frame, taken or not; waits for the first one, or returns the failure, or null at
  /// the end.
  StatusOr<FramePtr> Newest();
  /// Whether TakeNewest() would not wait.
  bool Waiting() const;

  std::uint64_t read() const;     ///< Frames that came; gaps are none.
  std::uint64_t dropped() const;  ///< Frames that a newer one replaced before it was taken.
  std::uint64_t damaged() const;
  ShutterCounts shutter() const;
  ConnectionCounts connection() const;

 private:
  void Read();

  std::unique_ptr<FrameSource> source_;
  mutable std::mutex mutex_;  // guards all below
  std::condition_variable changed_;
  FramePtr newest_;
  bool taken_ = false;
  bool over_ = false;
  bool stop_ = false;
  Status failure_;
  std::uint64_t read_ = 0;
  std::uint64_t dropped_ = 0;
  std::uint64_t damaged_ = 0;
  ShutterCounts shutter_;
  ConnectionCounts connection_;
  std::thread thread_;  // last: begins when the rest is there
};

}  // namespace seafusion::stream

#endif  // SEAFUSION_STREAM_READ_LATEST_FRAME_H_
