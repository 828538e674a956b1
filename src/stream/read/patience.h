// How long a source may keep its reader waiting.
#ifndef SEAFUSION_STREAM_READ_PATIENCE_H_
#define SEAFUSION_STREAM_READ_PATIENCE_H_

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdint>

namespace seafusion::stream {

/// For live sources a time limit, for all a cancel flag; asked by FFmpeg while it waits.
class Patience {
 public:
  /// Without a `limit` (0) it never ends. `cancel` may be null and must outlive it.
  Patience(std::chrono::milliseconds limit, const std::atomic<bool>* cancel)
      : limit_(limit), cancel_(cancel) {}

  /// What is waited for now may take the whole limit.
  void Begin() {
    deadline_ = Clock::now() + limit_;
    last_deadline_ = deadline_;
  }
  /// The same, but as long as bytes come it may take four times the limit: to know a stream FFmpeg
  /// looks at up to five seconds of it, and at twenty frames.
  void BeginToOpen() {
    Begin();
    last_deadline_ = deadline_ + 3 * limit_;
    bytes_ = 0;
  }
  /// Bytes that have come since BeginToOpen.
  void Came(std::int64_t bytes) {
    if (bytes <= bytes_) return;
    bytes_ = bytes;
    deadline_ = std::min(Clock::now() + limit_, last_deadline_);
  }

  bool cancelled() const { return cancel_ != nullptr && *cancel_; }
  /// Once over, over for ever: FFmpeg may tell of the interruption one packet later.
  bool over() {
    over_ = over_ || (limit_.count() > 0 && Clock::now() > deadline_);
    return over_;
  }
  bool MustStop() { return cancelled() || over(); }

 private:
  using Clock = std::chrono::steady_clock;

  std::chrono::milliseconds limit_;
  const std::atomic<bool>* cancel_;
  Clock::time_point deadline_, last_deadline_;
  std::int64_t bytes_ = 0;
  bool over_ = false;
};

}  // namespace seafusion::stream

#endif  // SEAFUSION_STREAM_READ_PATIENCE_H_
