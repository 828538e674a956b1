#include "fuse/agc/steady_range.h"

#include <cmath>
#include <cstdint>

#include <gtest/gtest.h>

#include "core/memory/image_buffer.h"

namespace seafusion {
namespace {

using Kind = InfraredRange::Kind;

// Two samples: the lowest and the highest.
ImageBuffer Counts(std::uint16_t lo, std::uint16_t hi) {
  ImageBuffer image = *ImageBuffer::Create(2, 1, PixelFormat::kGray16);
  image.view().Row<std::uint16_t>(0)[0] = lo;
  image.view().Row<std::uint16_t>(0)[1] = hi;
  return image;
}

InfraredRange Next(SteadyRange& steady, const ImageBuffer& image, double time) {
  const StatusOr<InfraredRange> range = steady.Next(image.view(), time);
  EXPECT_TRUE(range.ok()) << range.status().message();
  return *range;
}

TEST(SteadyRangeTest, FollowsAStepExponentially) {
  SteadyRange steady({.kind = Kind::kMinMax}, 2.0);
  InfraredRange range = Next(steady, Counts(1000, 2000), 0);
  EXPECT_EQ(range.kind, Kind::kFixed);
  EXPECT_NEAR(range.lo, 1000, 0.1);
  EXPECT_NEAR(range.hi, 2000, 0.1);
  // One step of a time constant and ten of a tenth each arrive at the same place.
  range = Next(steady, Counts(3000, 8000), 2.0);
  EXPECT_NEAR(range.lo, 3000 - 2000 * std::exp(-1), 0.1);
  EXPECT_NEAR(range.hi, 8000 - 6000 * std::exp(-1), 0.5);
  SteadyRange fine({.kind = Kind::kMinMax}, 2.0);
  Next(fine, Counts(1000, 2000), 0);
  InfraredRange last{};
  for (int i = 1; i <= 10; ++i) last = Next(fine, Counts(3000, 8000), 0.2 * i);
  EXPECT_NEAR(last.lo, range.lo, 0.1);
  EXPECT_NEAR(last.hi, range.hi, 0.5);
}

TEST(SteadyRangeTest, ZeroSecondsFollowAtOnce) {
  SteadyRange steady({.kind = Kind::kMinMax}, 0);
  Next(steady, Counts(1000, 2000), 0);
  const InfraredRange range = Next(steady, Counts(3000, 8000), 0.04);
  EXPECT_NEAR(range.lo, 3000, 0.1);
  EXPECT_NEAR(range.hi, 8000, 0.5);
}

TEST(SteadyRangeTest, AFlatPictureChangesNothing) {
  SteadyRange steady({.kind = Kind::kMinMax}, 0);
  Next(steady, Counts(1000, 2000), 0);
  const InfraredRange range = Next(steady, Counts(5000, 5000), 1);
  EXPECT_NEAR(range.lo, 1000, 0.1);
  EXPECT_NEAR(range.hi, 2000, 0.1);
}

TEST(SteadyRangeTest, RangesThatDoNotDependOnThePictureStay) {
  const ImageBuffer eight = *ImageBuffer::Create(3, 3, PixelFormat::kGray8);
  SteadyRange automatic({.kind = Kind::kAuto}, 1);
  EXPECT_EQ(Next(automatic, eight, 0).kind, Kind::kAuto);
  SteadyRange full({.kind = Kind::kFull}, 1);
  EXPECT_EQ(Next(full, Counts(5, 9), 0).kind, Kind::kFull);
  SteadyRange fixed({.kind = Kind::kFixed, .lo = 3, .hi = 4}, 1);
  EXPECT_EQ(Next(fixed, Counts(5, 9), 0).lo, 3);
  EXPECT_EQ(Next(automatic, Counts(5, 900), 0).kind, Kind::kFixed) << "raw counts of 16 bits";
}

}  // namespace
}  // namespace seafusion
