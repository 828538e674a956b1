#include "stream/rig/checked_pairs.h"

#include <chrono>
#include <cstdint>
#include <future>
#include <optional>
#include <utility>

namespace seafusion::stream {
namespace {

constexpr std::int64_t kApart = kMicroseconds / 4;  // twelve pairs: three seconds

class CheckedPairs : public PairSource {
 public:
  CheckedPairs(std::unique_ptr<PairSource> pairs, bool live, align::ShiftWatch& watch)
      : pairs_(std::move(pairs)), live_(live), watch_(watch) {}

  std::optional<StreamPair> Next() override {
    std::optional<StreamPair> pair = pairs_->Next();
    if (!pair || pair->infrared == nullptr || pair->visible == nullptr) return pair;
    if (pair->time < next_ || watch_.full()) return pair;
    const auto add = [this, infrared = pair->infrared, visible = pair->visible] {
      watch_.Add(infrared->image.view(), visible->image.view());
    };
    if (!live_) {
      add();
    } else if (!adding_.valid() ||
               adding_.wait_for(std::chrono::seconds(0)) == std::future_status::ready) {
      adding_ = std::async(std::launch::async, add);
    } else {
      return pair;
    }
    next_ = pair->time + kApart;
    return pair;
  }

  StreamCounts infrared() const override { return pairs_->infrared(); }
  StreamCounts visible() const override { return pairs_->visible(); }

 private:
  std::unique_ptr<PairSource> pairs_;
  const bool live_;
  align::ShiftWatch& watch_;
  std::int64_t next_ = 0;
  std::future<void> adding_;  // last: waited for
};

}  // namespace

std::unique_ptr<PairSource> CheckPairs(std::unique_ptr<PairSource> pairs, bool live,
                                       align::ShiftWatch& watch) {
  return std::make_unique<CheckedPairs>(std::move(pairs), live, watch);
}

}  // namespace seafusion::stream
