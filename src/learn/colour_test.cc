#include "learn/colour.h"

#include <gtest/gtest.h>

#include "fuse/rows/colour.h"
#include "learn/data/test_pairs.h"
#include "learn/libtorch.h"

namespace seafusion::learn {
namespace {

TEST(RgbFromLuma, IsTheConversionThatFusionUses) {
  const PairDataset data = TestLabelledPairs(1, 17, 9);
  const PairBatch pair = data.Whole(0);
  const torch::Tensor luma = torch::rand({1, 1, 9, 17});
  const torch::Tensor rgb = RgbFromLuma(luma, pair.chroma);
  for (int y = 0; y < 9; ++y) {
    for (int x = 0; x < 17; ++x) {
      const Rgb expected =
          RgbOf(luma[0][0][y][x].item<float>(),
                {pair.chroma[0][0][y][x].item<float>(), pair.chroma[0][1][y][x].item<float>()});
      EXPECT_NEAR(rgb[0][0][y][x].item<float>(), expected.r, 1e-6);
      EXPECT_NEAR(rgb[0][1][y][x].item<float>(), expected.g, 1e-6);
      EXPECT_NEAR(rgb[0][2][y][x].item<float>(), expected.b, 1e-6);
    }
  }
}

TEST(RgbFromLuma, ClampedChannelsHaveNoGradient) {
  const torch::Tensor luma = torch::tensor({0.9f, 0.5f}).view({1, 1, 1, 2}).requires_grad_(true);
  const torch::Tensor chroma = torch::tensor({1.0f, 0.5f, 0.5f, 0.5f}).view({1, 2, 1, 2});
  RgbFromLuma(luma, chroma).sum().backward();
  // Red is clamped in the first pixel: two channels are left.
  EXPECT_NEAR(luma.grad()[0][0][0][0].item<float>(), 2.0f, 1e-6);
  EXPECT_NEAR(luma.grad()[0][0][0][1].item<float>(), 3.0f, 1e-6);
}

}  // namespace
}  // namespace seafusion::learn
