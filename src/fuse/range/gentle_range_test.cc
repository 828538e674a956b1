#include "fuse/range/gentle_range.h"

#include <algorithm>
#include <cstdint>
#include <vector>

#include <gtest/gtest.h>

#include "core/memory/image_buffer.h"

namespace seafusion {
namespace {

constexpr int kLumaSide = 100;

OutputRange GentleOf(const std::vector<float>& luma) {
  return GentleRange({luma.data(), kLumaSide}, kLumaSide,
                     static_cast<int>(luma.size()) / kLumaSide);
}

// Evenly from lo to hi.
std::vector<float> LumaRamp(float lo, float hi) {
  std::vector<float> luma(kLumaSide * kLumaSide);
  for (std::size_t i = 0; i < luma.size(); ++i) {
    luma[i] = lo + (hi - lo) * static_cast<float>(i) / static_cast<float>(luma.size() - 1);
  }
  return luma;
}

float Shown(const OutputRange& range, float v) {
  return static_cast<float>((v - range.lo) / (range.hi - range.lo));
}

TEST(GentleRangeTest, WhatSpansHalfBecomesAQuarterLongerWhereItIs) {
  const OutputRange range = GentleOf(LumaRamp(0.2f, 0.7f));
  ASSERT_EQ(range.kind, OutputRange::Kind::kFixedLuma);
  EXPECT_NEAR(range.hi - range.lo, 0.8, 1e-6);
  // 0.2 of black and 0.3 of white were unused; of the 0.375 that are left so are two and three
  // fifths.
  EXPECT_NEAR(Shown(range, 0.2f), 0.15, 0.002);
  EXPECT_NEAR(Shown(range, 0.7f), 0.775, 0.002);
}

TEST(GentleRangeTest, ALongSpanEndsAtBlackAndWhite) {
  const OutputRange range = GentleOf(LumaRamp(0.05f, 0.95f));
  ASSERT_EQ(range.kind, OutputRange::Kind::kFixedLuma);
  EXPECT_NEAR(Shown(range, 0.05f), 0, 0.004);
  EXPECT_NEAR(Shown(range, 0.95f), 1, 0.004);
  // No further than the few that may be lost.
  EXPECT_GT(Shown(range, 0.06f), 0);
  EXPECT_LT(Shown(range, 0.94f), 1);
}

TEST(GentleRangeTest, AllLevelsOneLevelAndNoneStayAsTheyAre) {
  const OutputRange all = GentleOf(LumaRamp(0, 1));
  EXPECT_NEAR(all.lo, 0, 0.003);
  EXPECT_NEAR(all.hi, 1, 0.003);
  EXPECT_EQ(LumaHistogram(640, 480).Gentle().kind, OutputRange::Kind::kNone);
  for (const float level : {0.0f, 0.3f, 1.0f}) {
    const OutputRange range = GentleOf(std::vector<float>(kLumaSide * kLumaSide, level));
    EXPECT_NEAR(range.kind == OutputRange::Kind::kNone ? level : Shown(range, level), level, 1e-3)
        << level;
  }
}

TEST(GentleRangeTest, FewPixelsDoNotCountAndBeyondTheRangeIsItsEnd) {
  std::vector<float> luma = LumaRamp(0.3f, 0.6f);
  const OutputRange clean = GentleOf(luma);
  for (std::size_t i = 0; i < 9; ++i) luma[i * 97] = 1;  // of 10,000 pixels
  for (std::size_t i = 0; i < 19; ++i) luma[i * 101 + 5000] = 0;
  const OutputRange dirty = GentleOf(luma);
  EXPECT_NEAR(dirty.lo, clean.lo, 0.002);
  EXPECT_NEAR(dirty.hi, clean.hi, 0.002);
  for (std::size_t i = 0; i < 40; ++i) luma[i * 97] = 7, luma[i * 101 + 5000] = -7;
  EXPECT_EQ(GentleOf(luma).kind, OutputRange::Kind::kNone);
}

TEST(GentleRangeTest, CountsDoNotDependOnHowThePictureIsCut) {
  constexpr int kWidth = 777, kHeight = 333;
  std::vector<float> luma(kWidth * kHeight);
  std::uint32_t state = 1;
  for (float& v : luma) {
    state = state * 1664525 + 1013904223;
    v = 0.2f + static_cast<float>(state >> 8) / (1 << 25);
  }
  const OutputRange whole = GentleRange({luma.data(), kWidth}, kWidth, kHeight);
  LumaHistogram left(kWidth, kHeight), right(kWidth, kHeight);
  for (int y = 0; y < kHeight; ++y) {
    const int cut = (y * 31) % kWidth;
    left.Add(y, 0, cut, &luma[static_cast<std::size_t>(y) * kWidth]);
    right.Add(y, cut, kWidth, &luma[static_cast<std::size_t>(y) * kWidth + cut]);
  }
  left.Merge(right);
  EXPECT_EQ(left.Gentle().lo, whole.lo);
  EXPECT_EQ(left.Gentle().hi, whole.hi);
}

}  // namespace
}  // namespace seafusion
