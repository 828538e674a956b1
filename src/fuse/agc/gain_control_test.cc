#include "fuse/agc/gain_control.h"

#include <cmath>
#include <cstdint>
#include <utility>
#include <vector>

#include <gtest/gtest.h>
#include <seafusion/fuser.h>

namespace seafusion {
namespace {

constexpr int kWidth = 96, kHeight = 80;

// Of the lowest rows.
int Texture(int x, int y) {
  return y >= 60 ? 6 * (x % 2) : 0;
}

// A warm background of little contrast, and one far hotter spot.
ImageBuffer Scene(int warmer = 0) {
  ImageBuffer image = *ImageBuffer::Create(kWidth, kHeight, PixelFormat::kGray16);
  for (int y = 0; y < kHeight; ++y) {
    for (int x = 0; x < kWidth; ++x) {
      const bool hot = x >= 80 && y < 10;
      image.view().Row<std::uint16_t>(y)[x] =
          static_cast<std::uint16_t>(hot ? 14000 + x : 8000 + warmer + x + y + Texture(x, y));
    }
  }
  return image;
}

constexpr InfraredRange kFixed = {.kind = InfraredRange::Kind::kFixed, .lo = 8000, .hi = 14100};

// Between two neighbours, 7 counts apart.
float LocalContrast(const ImageBuffer& picture) {
  return picture.view().Row<float>(70)[41] - picture.view().Row<float>(70)[40];
}

class GainControlTest : public ::testing::TestWithParam<InfraredGain::Kind> {
 protected:
  InfraredGain gain() const { return {.kind = GetParam(), .clip_limit = 16}; }
};

TEST_P(GainControlTest, TheBackgroundGetsContrastThatALinearRangeLeavesOut) {
  GainControl control(gain());
  const auto picture = control.Next(Scene().view(), kFixed);
  ASSERT_TRUE(picture.ok()) << picture.status().message();
  EXPECT_GT(LocalContrast(*picture), 4 * 7.0f / 6100) << "four times as much at least";
  float last = -1;
  for (int y = 0; y < kHeight; ++y) {
    for (int x = 0; x < kWidth; ++x) {
      const float v = picture->view().Row<float>(y)[x];
      ASSERT_GE(v, 0);
      ASSERT_LE(v, 1);
    }
  }
  for (int i = 0; i < 70; ++i) {  // along a row of one field after the other
    const float v = picture->view().Row<float>(40)[i];
    if (GetParam() != InfraredGain::Kind::kPlateau) break;
    ASSERT_GE(v, last);
    last = v;
  }
}

TEST_P(GainControlTest, InvertedPicturesAreTheOthersTurnedRound) {
  InfraredRange inverted = kFixed;
  inverted.invert = true;
  const auto a = GainControl(gain()).Next(Scene().view(), kFixed);
  const auto b = GainControl(gain()).Next(Scene().view(), inverted);
  ASSERT_TRUE(a.ok() && b.ok());
  EXPECT_NEAR(a->view().Row<float>(9)[9], 1 - b->view().Row<float>(9)[9], 1e-6);
}

TEST_P(GainControlTest, AStreamFollowsSlowly) {
  GainControl steady(gain(), 1.0);
  const auto first = steady.Next(Scene().view(), kFixed, 0);
  const auto next = steady.Next(Scene(1500).view(), kFixed, 0.04);
  const auto at_once = GainControl(gain()).Next(Scene(1500).view(), kFixed);
  ASSERT_TRUE(first.ok() && next.ok() && at_once.ok());
  const auto later = steady.Next(Scene(1500).view(), kFixed, 60);
  ASSERT_TRUE(later.ok());
  EXPECT_NEAR(later->view().Row<float>(40)[40], at_once->view().Row<float>(40)[40], 1e-4);
  EXPECT_GT(std::abs(next->view().Row<float>(40)[40] - at_once->view().Row<float>(40)[40]), 0.02);
}

TEST_P(GainControlTest, FlatAndTinyPicturesStayWhatTheyAre) {
  ImageBuffer flat = *ImageBuffer::Create(3, 2, PixelFormat::kGray16);
  const auto picture = GainControl(gain()).Next(flat.view(), {});
  ASSERT_TRUE(picture.ok());
  EXPECT_TRUE(std::isfinite(picture->view().Row<float>(1)[2]));
}

// A sample becomes a place in a histogram.
TEST_P(GainControlTest, WhatIsNoNumberIsRefusedAndRangesOfAnyWidthAreNot) {
  ImageBuffer colours = *ImageBuffer::Create(kWidth, kHeight, PixelFormat::kRgbF32);
  colours.view().Row<float>(7)[5] = std::nanf("");
  EXPECT_EQ(GainControl(gain()).Next(colours.view(), {}).status().code(),
            StatusCode::kInvalidArgument);
  ImageBuffer scene = Scene();
  scene.view().Row<std::uint16_t>(0)[0] = 0;
  for (const auto& [lo, hi] : {std::pair{-1e300, 1e300},
                               {0.0, 1e-300},
                               {-1e308, 1e308},
                               {1e300, 2e300},
                               {-2e300, -1e300}}) {
    for (const bool invert : {false, true}) {
      const auto picture = GainControl(gain()).Next(
          scene.view(),
          {.kind = InfraredRange::Kind::kFixed, .lo = lo, .hi = hi, .invert = invert});
      ASSERT_TRUE(picture.ok()) << picture.status().message();
      for (int x = 0; x < kWidth; ++x) {
        const float v = picture->view().Row<float>(0)[x];
        ASSERT_TRUE(v >= 0 && v <= 1) << v << " in " << lo << ".." << hi;
      }
    }
  }
}

TEST_P(GainControlTest, TheFuserAppliesIt) {
  const ImageBuffer infrared = Scene();
  ImageBuffer visible = *ImageBuffer::Create(kWidth, kHeight, PixelFormat::kGray8);
  ImageBuffer linear = visible, gained = visible, by_hand = visible;
  const auto fuser = Fuser::Create({.threads = 1, .precision = Precision::kFp32});
  ASSERT_TRUE(fuser.ok());
  const FuseSettings settings = {.infrared_range = kFixed, .infrared_gain = gain()};
  ASSERT_TRUE(fuser->Fuse(infrared.view(), visible.view(), gained.view(), settings).ok());
  ASSERT_TRUE(
      fuser->Fuse(infrared.view(), visible.view(), linear.view(), {.infrared_range = kFixed}).ok());
  const auto picture = GainControl(gain()).Next(infrared.view(), kFixed);
  ASSERT_TRUE(fuser
                  ->Fuse(picture->view(), visible.view(), by_hand.view(),
                         {.infrared_range = {.kind = InfraredRange::Kind::kFull}})
                  .ok());
  int differ = 0;
  for (int y = 0; y < kHeight; ++y) {
    for (int x = 0; x < kWidth; ++x) {
      ASSERT_EQ(gained.view().Row<std::uint8_t>(y)[x], by_hand.view().Row<std::uint8_t>(y)[x]);
      differ += gained.view().Row<std::uint8_t>(y)[x] != linear.view().Row<std::uint8_t>(y)[x];
    }
  }
  EXPECT_GT(differ, kWidth * kHeight / 2);
}

INSTANTIATE_TEST_SUITE_P(Kinds, GainControlTest,
                         ::testing::Values(InfraredGain::Kind::kPlateau,
                                           InfraredGain::Kind::kClahe));

TEST(InfraredGainTest, NumbersThatMakeNoSenseAreRefused) {
  EXPECT_TRUE(ValidateInfraredGain({}).ok());
  EXPECT_FALSE(ValidateInfraredGain({.plateau = 0}).ok());
  EXPECT_FALSE(ValidateInfraredGain({.plateau = NAN}).ok());
  EXPECT_FALSE(ValidateInfraredGain({.clip_limit = 0.5}).ok());
}

}  // namespace
}  // namespace seafusion
