// How many a second.
#ifndef SEAFUSION_SERVE_LIVE_METER_H_
#define SEAFUSION_SERVE_LIVE_METER_H_

#include <chrono>
#include <cstdint>
#include <deque>

namespace seafusion::serve {

/// Over the last two seconds. Not thread-safe.
class Meter {
 public:
  using Clock = std::chrono::steady_clock;

  void Count(Clock::time_point now = Clock::now()) {
    ++total_;
    Forget(now);
    if (times_.size() < kMost) times_.push_back(now);
  }
  double PerSecond(Clock::time_point now = Clock::now()) {
    Forget(now);
    if (times_.size() < 2) return 0;
    const double span = std::chrono::duration<double>(times_.back() - times_.front()).count();
    return span > 0 ? static_cast<double>(times_.size() - 1) / span : 0;
  }
  std::uint64_t total() const { return total_; }

 private:
  static constexpr std::size_t kMost = 4096;
  void Forget(Clock::time_point now) {
    while (!times_.empty() && now - times_.front() > std::chrono::seconds(2)) times_.pop_front();
  }
  std::deque<Clock::time_point> times_;
  std::uint64_t total_ = 0;
};

}  // namespace seafusion::serve

#endif  // SEAFUSION_SERVE_LIVE_METER_H_
