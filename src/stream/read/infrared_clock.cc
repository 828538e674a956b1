#include "stream/read/infrared_clock.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <deque>
#include <utility>
#include <vector>

#include "core/status_macros.h"
#include "fuse/range/scene_samples.h"

namespace seafusion::stream {
namespace {

// What a source made and gave away: nobody else holds it yet.
Frame& Own(const FramePtr& frame) {
  return const_cast<Frame&>(*frame);
}

class DelayedSource : public FrameSource {
 public:
  DelayedSource(std::unique_ptr<FrameSource> source, std::int64_t delay)
      : source_(std::move(source)), delay_(delay) {}

  const StreamInfo& info() const override { return source_->info(); }
  std::uint64_t damaged() const override { return source_->damaged(); }
  ShutterCounts shutter() const override { return source_->shutter(); }
  ConnectionCounts connection() const override { return source_->connection(); }
  StatusOr<FramePtr> Next() override {
    SEAFUSION_ASSIGN_OR_RETURN(FramePtr frame, source_->Next());
    if (frame != nullptr) Own(frame).time += delay_;
    return frame;
  }
  Status Seek(std::int64_t time) override { return source_->Seek(time - delay_); }

 private:
  std::unique_ptr<FrameSource> source_;
  std::int64_t delay_;
};

bool Same(const ImageView& a, const ImageView& b) {
  if (a.width != b.width || a.height != b.height || a.format != b.format) return false;
  const auto bytes =
      static_cast<std::size_t>(a.width) * static_cast<std::size_t>(BytesPerPixel(a.format));
  for (int y = 0; y < a.height; ++y) {
    if (std::memcmp(a.Row<std::uint8_t>(y), b.Row<std::uint8_t>(y), bytes) != 0) return false;
  }
  return true;
}

// Standard deviation of every eighth pixel of every eighth row.
double Contrast(const ImageView& picture) {
  constexpr int kStep = 8;
  double sum = 0, squares = 0, number = 0;
  std::vector<float> row;
  for (int y = kStep / 2; y < picture.height; y += kStep) {
    ReadInfraredRow(picture, y, row);
    for (std::size_t x = kStep / 2; x < row.size(); x += kStep) {
      if (!std::isfinite(row[x])) continue;
      sum += row[x];
      squares += double{row[x]} * row[x];
      ++number;
    }
  }
  if (number < 2) return 0;
  return std::sqrt(std::max(0.0, squares / number - sum / number * (sum / number)));
}

class WatchedSource : public FrameSource {
 public:
  WatchedSource(std::unique_ptr<FrameSource> source, bool hold)
      : source_(std::move(source)), hold_(hold) {}

  const StreamInfo& info() const override { return source_->info(); }
  std::uint64_t damaged() const override { return source_->damaged(); }
  ShutterCounts shutter() const override { return counts_; }
  ConnectionCounts connection() const override { return source_->connection(); }

  StatusOr<FramePtr> Next() override {
    SEAFUSION_ASSIGN_OR_RETURN(FramePtr frame, source_->Next());
    if (frame == nullptr || IsGap(*frame)) return frame;
    CountStill(frame);
    const double contrast = Contrast(frame->image.view());
    if (IsFlat(contrast, frame->time)) {
      ++counts_.flat;
      if (flat_since_ < 0) flat_since_ = frame->time;
      if (hold_ && good_ != nullptr) {
        ++counts_.held;
        Own(frame).image = good_->image;
      }
      return frame;
    }
    flat_since_ = -1;
    contrasts_.push_back(contrast);
    if (contrasts_.size() > kRemembered) contrasts_.pop_front();
    good_ = frame;
    return frame;
  }
  Status Seek(std::int64_t time) override {
    good_ = last_ = nullptr;
    flat_since_ = -1;
    still_since_ = time;
    return source_->Seek(time);
  }

 private:
  static constexpr std::size_t kRemembered = 31;
  static constexpr std::size_t kEnough = 5;
  static constexpr double kFlat = 1.0 / 3;
  static constexpr std::int64_t kStill = kMicroseconds / 3;
  static constexpr std::int64_t kLongest = 5 * kMicroseconds;

  bool IsFlat(double contrast, std::int64_t time) {
    if (contrasts_.size() < kEnough) return false;
    std::vector<double> sorted(contrasts_.begin(), contrasts_.end());
    const auto middle = sorted.begin() + static_cast<std::ptrdiff_t>(sorted.size() / 2);
    std::nth_element(sorted.begin(), middle, sorted.end());
    if (contrast >= kFlat * *middle) return false;
    if (flat_since_ < 0 || time - flat_since_ <= kLongest) return true;
    contrasts_.clear();  // the scene has become so
    return false;
  }

  void CountStill(const FramePtr& frame) {
    if (last_ != nullptr && Same(last_->image.view(), frame->image.view())) {
      const bool long_now = frame->time - still_since_ > kStill;
      if (long_now && !long_before_) ++counts_.stood_still;
      long_before_ = long_now;
    } else {
      still_since_ = frame->time;
      long_before_ = false;
    }
    // Held pictures are put into frames later: what came is what counts.
    last_ = frame;
    if (hold_) {
      auto copy = std::make_shared<Frame>();
      copy->image = frame->image;
      last_ = std::move(copy);
    }
  }

  std::unique_ptr<FrameSource> source_;
  bool hold_;
  ShutterCounts counts_;
  std::deque<double> contrasts_;  // of good frames
  FramePtr good_, last_;
  std::int64_t flat_since_ = -1, still_since_ = 0;
  bool long_before_ = false;
};

}  // namespace

std::unique_ptr<FrameSource> DelayBy(std::unique_ptr<FrameSource> source, std::int64_t delay) {
  return std::make_unique<DelayedSource>(std::move(source), delay);
}

std::unique_ptr<FrameSource> WatchShutter(std::unique_ptr<FrameSource> source, bool hold) {
  return std::make_unique<WatchedSource>(std::move(source), hold);
}

}  // namespace seafusion::stream
