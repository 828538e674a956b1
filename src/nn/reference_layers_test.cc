#include "nn/reference_layers.h"

#include <array>
#include <cmath>
#include <vector>

#include <gtest/gtest.h>

namespace seafusion::nn {
namespace {

struct OwnedMap {
  OwnedMap(Rect region, int channels)
      : memory(FeatureMap::SizeInFloats(region, channels), 99.0f),
        map(memory.data(), region, channels) {}
  std::vector<float> memory;
  FeatureMap map;
};

TEST(FeatureMap, FrameIsZero) {
  OwnedMap m({2, 3, 5, 5}, 2);
  for (int c = 0; c < 2; ++c) {
    for (int x = 1; x < 6; ++x) {
      EXPECT_EQ(m.map.Row(c, 2)[x], 0.0f);
      EXPECT_EQ(m.map.Row(c, 5)[x], 0.0f);
    }
    for (int y = 3; y < 5; ++y) {
      EXPECT_EQ(m.map.Row(c, y)[1], 0.0f);
      EXPECT_EQ(m.map.Row(c, y)[5], 0.0f);
      EXPECT_EQ(m.map.Row(c, y)[2], 99.0f);
    }
  }
}

TEST(Activate, KnownValues) {
  using model::Activation;
  EXPECT_EQ(Activate(-2.0f, Activation::kNone, 0.5f), -2.0f);
  EXPECT_EQ(Activate(-2.0f, Activation::kLeakyRelu, 0.5f), -1.0f);
  EXPECT_EQ(Activate(2.0f, Activation::kLeakyRelu, 0.5f), 2.0f);
  EXPECT_EQ(Activate(0.0f, Activation::kTanh01, 0.0f), 0.5f);
  EXPECT_NEAR(Activate(1.0f, Activation::kTanh01, 0.0f), 0.5 + std::tanh(1.0) / 2, 1e-7);
}

// 2x2 picture {1 2; 3 4}: by hand, with zeros outside.
TEST(Convolve, HandComputed3x3WithZeroPadding) {
  OwnedMap in({0, 0, 2, 2}, 1), out({0, 0, 2, 2}, 1);
  in.map.Row(0, 0)[0] = 1;
  in.map.Row(0, 0)[1] = 2;
  in.map.Row(0, 1)[0] = 3;
  in.map.Row(0, 1)[1] = 4;
  const std::array<float, 9> weight = {1, 2, 3, 4, 5, 6, 7, 8, 9};
  const std::array<float, 1> bias = {0.5f};
  const model::Node node{.kernel = 3, .activation = model::Activation::kNone};
  const FeatureMap* inputs[] = {&in.map};
  Convolve(inputs, nullptr, weight, bias, node, out.map);
  EXPECT_EQ(out.map.Row(0, 0)[0], 5 * 1 + 6 * 2 + 8 * 3 + 9 * 4 + 0.5f);
  EXPECT_EQ(out.map.Row(0, 0)[1], 4 * 1 + 5 * 2 + 7 * 3 + 8 * 4 + 0.5f);
  EXPECT_EQ(out.map.Row(0, 1)[0], 2 * 1 + 3 * 2 + 5 * 3 + 6 * 4 + 0.5f);
  EXPECT_EQ(out.map.Row(0, 1)[1], 1 * 1 + 2 * 2 + 4 * 3 + 5 * 4 + 0.5f);
}

TEST(Convolve, ConcatenatesInOrderAddsAndActivates) {
  const Rect r{0, 0, 1, 1};
  OwnedMap a(r, 1), b(r, 2), add(r, 1), out(r, 1);
  a.map.Row(0, 0)[0] = 1;
  b.map.Row(0, 0)[0] = 10;
  b.map.Row(1, 0)[0] = 100;
  add.map.Row(0, 0)[0] = -1000;
  const std::array<float, 3> weight = {1, 2, 3};
  const std::array<float, 1> bias = {4};
  const model::Node node{.kernel = 1, .activation = model::Activation::kLeakyRelu, .slope = 0.5f};
  const FeatureMap* inputs[] = {&a.map, &b.map};
  Convolve(inputs, &add.map, weight, bias, node, out.map);
  EXPECT_EQ(out.map.Row(0, 0)[0], 0.5f * (1 + 20 + 300 + 4 - 1000));
}

TEST(GradientMagnitude, IsTheSumOfAbsoluteResponses) {
  OwnedMap in({0, 0, 3, 3}, 1), out({1, 1, 2, 2}, 1);
  for (int y = 0; y < 3; ++y) {
    for (int x = 0; x < 3; ++x) in.map.Row(0, y)[x] = static_cast<float>(y * 3 + x * x);
  }
  const std::array<float, 9> sobel_x = {1, 0, -1, 2, 0, -2, 1, 0, -1};
  const std::array<float, 9> sobel_y = {1, 2, 1, 0, 0, 0, -1, -2, -1};
  GradientMagnitude(in.map, sobel_x, sobel_y, out.map);
  // Horizontal: 4 (0 - 4) = -16; vertical: 4 (0 - 6) = -24.
  EXPECT_EQ(out.map.Row(0, 1)[1], 16.0f + 24.0f);
}

}  // namespace
}  // namespace seafusion::nn
