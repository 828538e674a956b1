// A ShiftCheck beside other work.
#ifndef SEAFUSION_ALIGN_WATCH_SHIFT_WATCH_H_
#define SEAFUSION_ALIGN_WATCH_SHIFT_WATCH_H_

#include <atomic>
#include <future>
#include <mutex>
#include <optional>
#include <string>

#include <seafusion/image.h>

#include "align/watch/shift_check.h"

namespace seafusion::align {

/// Looks at pairs as they come by, and checks on a thread of its own once there are
/// ShiftCheck::kMostPairs. Whatever goes wrong in it is nobody's failure: then there is no report.
/// Thread-safe.
class ShiftWatch {
 public:
  ShiftWatch() = default;
  /// Ends a check that is under way.
  ~ShiftWatch();
  ShiftWatch(const ShiftWatch&) = delete;
  ShiftWatch& operator=(const ShiftWatch&) = delete;

  /// Takes the pair in, some milliseconds, unless there are enough or it is of another size than
  /// the first.
  void Add(const ImageView& infrared, const ImageView& visible);
  bool full() const;

  /// The report once it is there; given once.
  std::optional<ShiftReport> Take();
  /// The same, for the end of the work: what has come by has to do.
  std::optional<ShiftReport> Finish();

 private:
  void Begin();  // with mutex_ held

  mutable std::mutex mutex_;  // guards all below; check_ is left alone once it is being checked
  ShiftCheck check_;
  bool begun_ = false;
  std::atomic<bool> stop_ = false;
  std::future<StatusOr<ShiftReport>> report_;
};

/// {"verdict": "registered", "shifted" or "unknown", "pairs", "agreeing", "move_px"}
std::string ShiftJson(const ShiftReport& report);

}  // namespace seafusion::align

#endif  // SEAFUSION_ALIGN_WATCH_SHIFT_WATCH_H_
