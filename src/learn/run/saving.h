// When a run saves what it has done.
#ifndef SEAFUSION_LEARN_RUN_SAVING_H_
#define SEAFUSION_LEARN_RUN_SAVING_H_

#include <chrono>
#include <functional>
#include <string>
#include <utility>

#include <seafusion/status.h>

namespace seafusion::learn {

/// Every so often, and at the end, whatever that was.
class Saving {
 public:
  Saving(std::chrono::seconds every, std::function<Status()> save)
      : every_(every), save_(std::move(save)) {}

  Status Now() {
    const Status saved = save_();
    if (saved.ok()) last_ = Clock::now();
    return saved;
  }
  /// After each step.
  Status WhenDue() { return Clock::now() - last_ > every_ ? Now() : OkStatus(); }

  /// Saves, then returns how the run ended: `trained`, or that it could not be saved, or kCancelled
  /// with the text of `stopped`. The networks are as after the last good step whatever ended it.
  Status AtTheEnd(const Status& trained, const std::function<std::string()>& stopped) {
    const Status saved = Now();
    if (!trained.ok() && trained.code() != StatusCode::kCancelled) return trained;
    if (!saved.ok() || trained.ok()) return saved;
    return Cancelled(stopped());
  }

 private:
  using Clock = std::chrono::steady_clock;

  const std::chrono::seconds every_;
  const std::function<Status()> save_;
  Clock::time_point last_ = Clock::now();
};

}  // namespace seafusion::learn

#endif  // SEAFUSION_LEARN_RUN_SAVING_H_
