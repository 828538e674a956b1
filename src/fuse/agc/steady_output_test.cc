#include "fuse/agc/steady_output.h"

#include <cmath>

#include <gtest/gtest.h>

namespace seafusion {
namespace {

// Fuses a picture that asks for lo..hi; what it was fused with.
OutputRange FuseNext(SteadyOutput& steady, double lo, double hi, double time) {
  FuseSettings settings;
  steady.Prepare(settings, time);
  if (settings.gentle_range != nullptr) {
    *settings.gentle_range = {OutputRange::Kind::kFixedLuma, lo, hi};
  }
  steady.Followed();
  return settings.output_range;
}

TEST(SteadyOutputTest, TheFirstPictureHasItsOwnRangeThenItIsFollowedSlowly) {
  SteadyOutput steady({.kind = OutputRange::Kind::kGentle}, 2.0);
  EXPECT_EQ(FuseNext(steady, 0.1, 0.9, 0).kind, OutputRange::Kind::kGentle);
  OutputRange range = FuseNext(steady, 0.2, 0.7, 0.5);
  EXPECT_EQ(range.kind, OutputRange::Kind::kFixedLuma);
  EXPECT_DOUBLE_EQ(range.lo, 0.1);
  EXPECT_DOUBLE_EQ(range.hi, 0.9);
  range = FuseNext(steady, 0.2, 0.7, 1.0);
  EXPECT_NEAR(range.lo, 0.2 - 0.1 * std::exp(-0.25), 1e-12);
  EXPECT_NEAR(range.hi, 0.7 + 0.2 * std::exp(-0.25), 1e-12);
  // A clock that steps back moves nothing.
  range = FuseNext(steady, 0.5, 0.6, 0.9);
  EXPECT_NEAR(FuseNext(steady, 0.5, 0.6, 0.9).lo, range.lo, 1e-12);
}

TEST(SteadyOutputTest, AfterAJumpOfTimeAPictureHasItsOwnRange) {
  for (const double time : {-5.0, 1.0, 1e6}) {
    SteadyOutput steady({.kind = OutputRange::Kind::kGentle}, 2.0);
    FuseNext(steady, 0.1, 0.9, 0);
    EXPECT_EQ(FuseNext(steady, 0.2, 0.7, time).kind, OutputRange::Kind::kGentle) << time;
    EXPECT_NEAR(FuseNext(steady, 0.2, 0.7, time + 0.1).lo, 0.2, 1e-12) << time;
  }
}

TEST(SteadyOutputTest, APictureThatAsksForNothingIsFollowedToo) {
  SteadyOutput steady({.kind = OutputRange::Kind::kGentle}, 1.0);
  FuseNext(steady, 0.1, 0.9, 0);
  FuseSettings settings;
  for (int i = 1; i <= 200; ++i) {
    steady.Prepare(settings, 0.1 * i);
    *settings.gentle_range = {};
    steady.Followed();
  }
  EXPECT_NEAR(settings.output_range.lo, 0, 1e-6);
  EXPECT_NEAR(settings.output_range.hi, 1, 1e-6);
}

TEST(SteadyOutputTest, OtherRangesAndNoTimeStayWhatTheyAre) {
  SteadyOutput at_once({.kind = OutputRange::Kind::kGentle}, 0);
  SteadyOutput image({.kind = OutputRange::Kind::kImage}, 2);
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(FuseNext(at_once, 0.1, 0.9, i).kind, OutputRange::Kind::kGentle);
    EXPECT_EQ(FuseNext(image, 0.1, 0.9, 0.1 * i).kind, OutputRange::Kind::kImage);
  }
}

}  // namespace
}  // namespace seafusion
