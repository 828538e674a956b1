#include "fuse/range/range_text.h"

#include <gtest/gtest.h>

namespace seafusion {
namespace {

TEST(RangeTextTest, OutputRanges) {
  EXPECT_EQ(ParseOutputRange("none")->kind, OutputRange::Kind::kNone);
  EXPECT_EQ(ParseOutputRange("gentle")->kind, OutputRange::Kind::kGentle);
  EXPECT_EQ(ParseOutputRange("image")->kind, OutputRange::Kind::kImage);
  EXPECT_EQ(ParseOutputRange("reference")->kind, OutputRange::Kind::kReference);
  const StatusOr<OutputRange> fixed = ParseOutputRange("fixed:-0.25,1e0");
  ASSERT_TRUE(fixed.ok());
  EXPECT_EQ(fixed->kind, OutputRange::Kind::kFixed);
  EXPECT_EQ(fixed->lo, -0.25);
  EXPECT_EQ(fixed->hi, 1.0);
  for (const char* text :
       {"", "None", "full", "fixed", "fixed:", "fixed:1", "fixed:1,1", "fixed:2,1", "fixed:0,nan",
        "fixed:0,inf", "fixed:0,1,2", "fixed:0, 1", "image:1"}) {
    EXPECT_FALSE(ParseOutputRange(text).ok()) << text;
  }
}

TEST(RangeTextTest, InfraredRanges) {
  EXPECT_EQ(ParseInfraredRange("auto")->kind, InfraredRange::Kind::kAuto);
  EXPECT_EQ(ParseInfraredRange("full")->kind, InfraredRange::Kind::kFull);
  EXPECT_EQ(ParseInfraredRange("minmax")->kind, InfraredRange::Kind::kMinMax);
  EXPECT_EQ(ParseInfraredRange("percentile:1.5")->percentile, 1.5);
  EXPECT_EQ(ParseInfraredRange("percentile:0")->kind, InfraredRange::Kind::kPercentile);
  EXPECT_EQ(ParseInfraredRange("fixed:28000,34000")->hi, 34000.0);
  EXPECT_EQ(ParseInfraredRange("percentile")->percentile, 0.5);
  EXPECT_EQ(ParseInfraredRange("percentile:2,99")->percentile, 2.0);
  EXPECT_EQ(ParseInfraredRange("percentile:2,99")->upper_percentile, 99.0);
  for (const char* text : {"", "percentiles", "percentile:9,9", "percentile:-1,50",
                           "percentile:1,101", "percentile:", "percentile:50", "percentile:-1",
                           "percentile:nan", "percentile:1x", "fixed:9,8", "none"}) {
    EXPECT_FALSE(ParseInfraredRange(text).ok()) << text;
  }
}

}  // namespace
}  // namespace seafusion
