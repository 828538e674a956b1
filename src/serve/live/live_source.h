// One camera: its newest frames, and its coming back after it was lost.
#ifndef SEAFUSION_SERVE_LIVE_LIVE_SOURCE_H_
#define SEAFUSION_SERVE_LIVE_LIVE_SOURCE_H_

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>

#include <seafusion/status.h>

#include "serve/live/meter.h"
#include "stream/frame_source.h"

namespace seafusion::serve {

/// What is known of a source; for people and figures.
struct SourceState {
  std::string name;
  bool connected = false;
  std::string problem;  ///< Why it is not.
  int width = 0, height = 0;
  double per_second = 0;
  std::uint64_t frames = 0, damaged = 0, dropped = 0, reconnects = 0;
  stream::ShutterCounts shutter;
};

/// Reads on a thread of its own and opens again, a second after it has failed. Times of frames are
/// when they came, in microseconds of the steady clock (stream::SteadyMicroseconds). Thread-safe.
class LiveSource {
 public:
  /// `stop` interrupts what the opened source waits for.
  using Open =
      std::function<StatusOr<std::unique_ptr<stream::FrameSource>>(const std::atomic<bool>* stop)>;

  /// `wait`: between a failure and the next try. `on_frame`: a frame came or the source was lost.
  LiveSource(std::string name, Open open, std::chrono::milliseconds wait,
             std::function<void()> on_frame);
  ~LiveSource();

  /// The newest frame not later than `time`; the oldest that is kept where none is as old. Null:
  /// lost, or nothing came yet.
  stream::FramePtr At(std::int64_t time) const;
  /// Frames are kept as long, in microseconds, as far as memory allows; at least the newest is.
  void Keep(std::int64_t time);
  /// Opens anew.
  void Reopen();

  SourceState state() const;

 private:
  void Run();
  void ReadUntilLost(stream::FrameSource& source);
  void Lost(const Status& why);

  const std::string name_;
  const Open open_;
  const std::chrono::milliseconds wait_;
  const std::function<void()> on_frame_;
  std::atomic<bool> stop_ = false;  // the program's end, or
  std::atomic<bool> end_ = false;   // of the source that is open
  mutable std::mutex mutex_;        // guards all below
  mutable std::condition_variable changed_;
  mutable Meter meter_;
  std::deque<stream::FramePtr> frames_;
  std::int64_t keep_ = 0;
  SourceState state_;
  std::thread thread_;
};

}  // namespace seafusion::serve

#endif  // SEAFUSION_SERVE_LIVE_LIVE_SOURCE_H_
