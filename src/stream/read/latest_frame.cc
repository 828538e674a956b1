#include "stream/read/latest_frame.h"

#include <chrono>
#include <utility>

namespace seafusion::stream {

std::int64_t SteadyMicroseconds() {
  return std::chrono::duration_cast<std::chrono::microseconds>(
             std::chrono::steady_clock::now().time_since_epoch())
      .count();
}

LatestFrame::LatestFrame(std::unique_ptr<FrameSource> source)
    : source_(std::move(source)), thread_([this] { Read(); }) {}

LatestFrame::~LatestFrame() {
  {
    std::lock_guard lock(mutex_);
    stop_ = true;
  }
  thread_.join();
}

void LatestFrame::Read() {
  while (true) {
    StatusOr<FramePtr> frame = source_->Next();
    const std::int64_t now = SteadyMicroseconds();
    const bool over = !frame.ok() || *frame == nullptr;
    if (!over) {
      // The source made it and has given it away: nobody else holds it yet.
      const_cast<Frame&>(**frame).time = now;
    }
    std::lock_guard lock(mutex_);
    damaged_ = source_->damaged();
    shutter_ = source_->shutter();
    connection_ = source_->connection();
    if (over) {
      over_ = true;
      if (!frame.ok()) failure_ = frame.status();
    } else {
      if (!IsGap(**frame)) ++read_;
      if (newest_ != nullptr && !taken_ && !IsGap(*newest_)) ++dropped_;
      newest_ = *std::move(frame);
      taken_ = false;
    }
    changed_.notify_all();
    if (over_ || stop_) return;
  }
}

StatusOr<FramePtr> LatestFrame::TakeNewest() {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [&] { return over_ || (newest_ != nullptr && !taken_); });
  if (newest_ != nullptr && !std::exchange(taken_, true)) return newest_;
  if (!failure_.ok()) return failure_;
  return FramePtr();
}

StatusOr<FramePtr> LatestFrame::Newest() {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [&] { return over_ || newest_ != nullptr; });
  // A stream that has failed has no newest frame: what it showed last is the past.
  if (over_) return failure_.ok() ? StatusOr<FramePtr>(FramePtr()) : failure_;
  taken_ = true;
  return newest_;
}

bool LatestFrame::Waiting() const {
  std::lock_guard lock(mutex_);
  return over_ || (newest_ != nullptr && !taken_);
}

std::uint64_t LatestFrame::read() const {
  std::lock_guard lock(mutex_);
  return read_;
}
std::uint64_t LatestFrame::dropped() const {
  std::lock_guard lock(mutex_);
  return dropped_;
}
ShutterCounts LatestFrame::shutter() const {
  std::lock_guard lock(mutex_);
  return shutter_;
}
ConnectionCounts LatestFrame::connection() const {
  std::lock_guard lock(mutex_);
  return connection_;
}
std::uint64_t LatestFrame::damaged() const {
  std::lock_guard lock(mutex_);
  return damaged_;
}

}  // namespace seafusion::stream
