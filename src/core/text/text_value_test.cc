#include "core/text/text_value.h"

#include <cmath>
#include <cstdint>

#include <gtest/gtest.h>

namespace seafusion {
namespace {

TEST(NumberIn, AllOfTheTextIsTheNumber) {
  EXPECT_EQ(NumberIn<int>("-12"), -12);
  EXPECT_EQ(NumberIn<std::uint64_t>("18446744073709551615"), 18446744073709551615u);
  EXPECT_EQ(NumberIn<double>("1.5e-2"), 0.015);
  EXPECT_TRUE(std::isnan(*NumberIn<double>("nan")));
  for (const char* text : {"", " 1", "1 ", "+1", "1x", "0x1", "1,5", "-"}) {
    EXPECT_FALSE(NumberIn<int>(text)) << text;
    EXPECT_FALSE(NumberIn<double>(text)) << text;
  }
}

TEST(NumberIn, WhatTheTypeCannotHoldIsNone) {
  EXPECT_FALSE(NumberIn<int>("2147483648"));
  EXPECT_FALSE(NumberIn<std::uint64_t>("-1"));
  EXPECT_FALSE(NumberIn<std::uint64_t>("18446744073709551616"));
  EXPECT_FALSE(NumberIn<int>("1.5"));
  EXPECT_FALSE(NumberIn<float>("1e40"));
}

TEST(IsNot, SaysWhatWasGivenAndWhatIsTaken) {
  const Status status = IsNot("10y", "A,B");
  EXPECT_EQ(status.code(), StatusCode::kInvalidArgument);
  EXPECT_EQ(status.message(), "'10y' is not A,B");
}

}  // namespace
}  // namespace seafusion
