#include "stream/sync/find_delay.h"

#include <cmath>
#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace seafusion::stream {
namespace {

// Motion at some moments of a scene: bursts at times that repeat nowhere.
double Activity(double t) {
  double sum = 0.02;
  for (const double burst : {1.1, 2.7, 3.2, 5.9, 8.3, 9.1, 12.4, 13.0, 17.7, 18.1, 19.6}) {
    sum += std::exp(-(t - burst) * (t - burst) / 0.05);
  }
  return sum;
}

std::vector<Motion> Seen(double begin, double seconds, double rate, double gain, unsigned noise) {
  std::vector<Motion> motion;
  std::uint32_t state = noise;
  for (double t = begin; t < begin + seconds; t += 1 / rate) {
    state = state * 1664525 + 1013904223;  // Numerical Recipes' generator
    const double random = static_cast<double>(state >> 16) / 65536;
    motion.push_back(
        {std::llround((t - begin) * kMicroseconds), gain * Activity(t) + 0.05 * gain * random});
  }
  return motion;
}

TEST(FindDelayTest, MotionThatIsSeenByBothTellsTheDelay) {
  // The infrared recording begins 1.37 s later: its times must be 1.37 s more.
  const auto late = FindDelay(Seen(1.37, 18, 9, 3.0, 1), Seen(0, 20, 30, 1.0, 2), 10'000'000);
  ASSERT_TRUE(late.ok()) << late.status().message();
  EXPECT_NEAR(static_cast<double>(late->microseconds), 1.37e6, 4e4);
  EXPECT_GT(late->agreement, 0.8);
  const auto early = FindDelay(Seen(0, 20, 25, 1, 3), Seen(2.5, 17, 25, 1, 4), 10'000'000);
  ASSERT_TRUE(early.ok()) << early.status().message();
  EXPECT_NEAR(static_cast<double>(early->microseconds), -2.5e6, 3e4);
}

// Frames of one picture at these times.
class TimedSource : public FrameSource {
 public:
  explicit TimedSource(std::vector<std::int64_t> times) : times_(std::move(times)) {}
  const StreamInfo& info() const override { return info_; }
  StatusOr<FramePtr> Next() override {
    if (next_ == times_.size()) return FramePtr();
    auto frame = std::make_shared<Frame>();
    frame->image = *ImageBuffer::Create(64, 48, PixelFormat::kGray8);
    frame->time = times_[next_++];
    return FramePtr(std::move(frame));
  }

 private:
  std::vector<std::int64_t> times_;
  std::size_t next_ = 0;
  StreamInfo info_;
};

TEST(FindDelayTest, AStampThatJumpsByYearsEndsTheMeasuring) {
  TimedSource source({0, 40'000, 80'000, std::int64_t{1} << 52, (std::int64_t{1} << 52) + 1});
  const auto motion = MeasureMotion(source, 60);
  ASSERT_TRUE(motion.ok());
  ASSERT_EQ(motion->size(), 2u);
  EXPECT_EQ(motion->back().time, 60'000);
}

TEST(FindDelayTest, WhatDoesNotTellIsRefused) {
  const std::vector<Motion> still = {{0, 0}, {1'000'000, 0}, {2'000'000, 0}, {4'000'000, 0}};
  EXPECT_FALSE(FindDelay(still, Seen(0, 20, 25, 1, 1), 10'000'000).ok());
  EXPECT_THAT(FindDelay(Seen(0, 1, 25, 1, 1), Seen(0, 20, 25, 1, 1), 10'000'000).status().message(),
              ::testing::HasSubstr("two seconds"));
  // A movement that repeats every second fits at every second.
  const auto swing = [](double begin) {
    std::vector<Motion> motion;
    for (double t = 0; t < 20; t += 0.04) {
      const double s = std::sin(2 * M_PI * (t + begin));
      motion.push_back({std::llround(t * kMicroseconds), s * s});
    }
    return motion;
  };
  EXPECT_THAT(FindDelay(swing(0.2), swing(0), 10'000'000).status().message(),
              ::testing::HasSubstr("does not tell the delay"));
}

}  // namespace
}  // namespace seafusion::stream
