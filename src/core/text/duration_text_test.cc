#include "core/text/duration_text.h"

#include <limits>

#include <gtest/gtest.h>

namespace seafusion {
namespace {

TEST(DurationTextTest, ReadsLikeAClock) {
  EXPECT_EQ(DurationText(0), "0 s");
  EXPECT_EQ(DurationText(7.4), "7 s");
  EXPECT_EQ(DurationText(59.6), "1:00");
  EXPECT_EQ(DurationText(229), "3:49");
  EXPECT_EQ(DurationText(7429), "2:03:49");
  EXPECT_EQ(DurationText(-1), "?");
  EXPECT_EQ(DurationText(std::numeric_limits<double>::infinity()), "?");
  EXPECT_EQ(DurationText(std::numeric_limits<double>::quiet_NaN()), "?");
}

}  // namespace
}  // namespace seafusion
