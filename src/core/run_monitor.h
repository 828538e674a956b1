// What a long run tells whoever started it, and what can end it before its end.
#ifndef SEAFUSION_CORE_RUN_MONITOR_H_
#define SEAFUSION_CORE_RUN_MONITOR_H_

#include <atomic>
#include <cstdint>
#include <functional>
#include <string_view>

namespace seafusion {

/// How far a run is. The texts live as long as the call.
struct RunProgress {
  std::string_view label;     ///< "fuse"; another one than before begins a new count.
  std::string_view unit;      ///< "pairs": what is counted, plural.
  std::uint64_t done = 0;     ///< Of `total`, `skipped` included.
  std::uint64_t total = 0;    ///< 0: not known.
  std::uint64_t skipped = 0;  ///< Of `done`: took no time, as the steps before a resumed run.
  std::string_view detail;    ///< "loss 0.0312"; may be empty.
};

/// Handed to every function of a layer that may take seconds. All members may be left out. The
/// functions are called one at a time, from any thread, and must not throw.
struct RunMonitor {
  std::function<void(const RunProgress&)> progress;
  /// A line for people, without a newline: what was left out, what failed while the run goes on.
  std::function<void(std::string_view)> message;
  /// True ends the run after its current step, with kCancelled; what it wrote is whole.
  const std::atomic<bool>* stop = nullptr;

  void Report(const RunProgress& state) const {
    if (progress) progress(state);
  }
  void Say(std::string_view text) const {
    if (message) message(text);
  }
  bool Stopped() const { return stop != nullptr && *stop; }
  /// `stop`, for code that polls one in any case.
  const std::atomic<bool>& StopFlag() const {
    static const std::atomic<bool> never = false;
    return stop != nullptr ? *stop : never;
  }
};

}  // namespace seafusion

#endif  // SEAFUSION_CORE_RUN_MONITOR_H_
