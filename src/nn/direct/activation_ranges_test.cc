#include "nn/direct/activation_ranges.h"

#include <vector>

#include <gtest/gtest.h>

namespace seafusion::nn::direct {
namespace {

ActivationRanges Picture(float lo, float hi) {
  return {{"layer", {{lo, hi}, {0.0f, 1.0f}}}};
}

TEST(RangesOfMostTest, OfOnePictureAreItsOwn) {
  const std::vector<ActivationRanges> pictures = {Picture(-2, 3)};
  const auto ranges = RangesOfMost(pictures).at("layer");
  EXPECT_EQ(ranges[0].lo, -2.0f);
  EXPECT_EQ(ranges[0].hi, 3.0f);
  EXPECT_EQ(ranges[1].hi, 1.0f);
}

TEST(RangesOfMostTest, LeaveOutTheFewThatGoFarthest) {
  std::vector<ActivationRanges> pictures;
  // The farthest below is not the farthest above.
  for (int i = 0; i <= 100; ++i) {
    pictures.push_back(Picture(static_cast<float>(-2 * i), static_cast<float>(100 - i)));
  }
  pictures[100] = Picture(-1e6f, 0);
  pictures[0] = Picture(0, 1e6f);
  const auto ranges = RangesOfMost(pictures).at("layer");
  EXPECT_NEAR(ranges[0].lo, -194, 1e-3);
  EXPECT_NEAR(ranges[0].hi, 97, 1e-3);
  EXPECT_EQ(ranges[1].lo, 0.0f);
  EXPECT_EQ(ranges[1].hi, 1.0f);
}

TEST(RangesOfMostTest, AreReadBetweenTwoPictures) {
  const std::vector<ActivationRanges> pictures = {Picture(0, 10), Picture(-1, 0)};
  const auto ranges = RangesOfMost(pictures).at("layer");
  EXPECT_NEAR(ranges[0].hi, 9.7, 1e-5);
  EXPECT_NEAR(ranges[0].lo, -0.97, 1e-6);
}

}  // namespace
}  // namespace seafusion::nn::direct
