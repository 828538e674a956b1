#include "stream/read/reconnecting.h"

#include <algorithm>
#include <string>
#include <thread>
#include <utility>

namespace seafusion::stream {
namespace {

using Clock = std::chrono::steady_clock;

class ReconnectingSource : public FrameSource {
 public:
  ReconnectingSource(std::unique_ptr<FrameSource> source,
                     std::function<StatusOr<std::unique_ptr<FrameSource>>()> open,
                     const ReconnectOptions& options)
      : source_(std::move(source)),
        open_(std::move(open)),
        options_(options),
        info_(source_->info()) {}

  const StreamInfo& info() const override { return info_; }
  std::uint64_t damaged() const override {
    return damaged_ + (source_ != nullptr ? source_->damaged() : 0);
  }
  ConnectionCounts connection() const override { return counts_; }

  StatusOr<FramePtr> Next() override {
    if (source_ == nullptr) {
      if (Clock::now() - lost_since_ >= options_.patience) return failure_;
      Pause();
      if (Interrupted()) return Cancelled(info_.name + ": stopped on request");
      StatusOr<std::unique_ptr<FrameSource>> again = open_();
      if (!again.ok()) {
        if (again.status().code() == StatusCode::kCancelled) return again.status();
        return Gap();
      }
      const StreamInfo& info = (*again)->info();
      if (info.width != info_.width || info.height != info_.height) {
        return InvalidArgument(info_.name + ": came back with pictures of " +
                               std::to_string(info.width) + "x" + std::to_string(info.height) +
                               " in place of " + std::to_string(info_.width) + "x" +
                               std::to_string(info_.height));
      }
      source_ = *std::move(again);
    }
    StatusOr<FramePtr> frame = source_->Next();
    if (frame.ok() && *frame != nullptr) {
      if (std::exchange(away_, false)) ++counts_.reopened;
      return frame;
    }
    if (frame.status().code() == StatusCode::kCancelled) return frame;
    failure_ = frame.ok() ? IoError(info_.name + ": the stream ended") : frame.status();
    damaged_ += source_->damaged();
    source_ = nullptr;
    // One that was opened and gave nothing has not been back.
    if (!std::exchange(away_, true)) {
      ++counts_.lost;
      lost_since_ = Clock::now();
    }
    return Gap();
  }

 private:
  static FramePtr Gap() { return std::make_shared<Frame>(); }
  bool Interrupted() const { return options_.cancel != nullptr && *options_.cancel; }

  void Pause() const {
    constexpr std::chrono::milliseconds kLook{20};  // for an interrupt
    const auto until = std::min(Clock::now() + options_.pause, lost_since_ + options_.patience);
    while (Clock::now() < until && !Interrupted()) {
      std::this_thread::sleep_for(std::min<Clock::duration>(kLook, until - Clock::now()));
    }
  }

  std::unique_ptr<FrameSource> source_;  // null: to be opened again
  std::function<StatusOr<std::unique_ptr<FrameSource>>()> open_;
  ReconnectOptions options_;
  StreamInfo info_;
  std::uint64_t damaged_ = 0;  // of sources before this one
  ConnectionCounts counts_;
  Status failure_;
  bool away_ = false;
  Clock::time_point lost_since_;
};

}  // namespace

std::unique_ptr<FrameSource> Reconnecting(
    std::unique_ptr<FrameSource> source,
    std::function<StatusOr<std::unique_ptr<FrameSource>>()> open, const ReconnectOptions& options) {
  return std::make_unique<ReconnectingSource>(std::move(source), std::move(open), options);
}

}  // namespace seafusion::stream
