#include "fuse/weights/precision_choice.h"

#include <gtest/gtest.h>

namespace seafusion {
namespace {

TEST(PrecisionChoiceTest, NamesAreThoseOfTheTable) {
  for (const auto& [name, precision] : kPrecisions) EXPECT_EQ(*ParsePrecision(name), precision);
  const StatusOr<Precision> unknown = ParsePrecision("fp64");
  ASSERT_FALSE(unknown.ok());
  EXPECT_EQ(unknown.status().code(), StatusCode::kInvalidArgument);
  EXPECT_EQ(unknown.status().message(),
            "precision 'fp64' is none of auto, fp32, int16, bf16, int8, reference");
}

TEST(PrecisionChoiceTest, WhatIsExactIsNotForRounderArithmetic) {
  const OutputRange none, reference{.kind = OutputRange::Kind::kReference};
  EXPECT_EQ(PrecisionFor(Precision::kAuto, 8, none), Precision::kAuto);
  EXPECT_EQ(PrecisionFor(Precision::kAuto, 16, none), Precision::kFp32);
  EXPECT_EQ(PrecisionFor(Precision::kAuto, 8, reference), Precision::kFp32);
  EXPECT_EQ(PrecisionFor(Precision::kInt16, 16, reference), Precision::kInt16);
}

}  // namespace
}  // namespace seafusion
