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
  EXPECT_EQ(Activate(-0.1f, Activation::kClamp01, 0.0f), 0.0f);
  EXPECT_EQ(Activate(0.25f, Activation::kClamp01, 0.0f), 0.25f);
  EXPECT_EQ(Activate(1.5f, Activation::kClamp01, 0.0f), 1.0f);
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
  Convolve(inputs, {}, weight, bias, node, out.map);
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
  const FeatureMap* sums[] = {&add.map, &add.map};
  Convolve(inputs, sums, weight, bias, node, out.map);
  EXPECT_EQ(out.map.Row(0, 0)[0], 0.5f * (1 + 20 + 300 + 4 - 1000 - 1000));
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

// Rows of one channel, written and read as literals.
using Rows = std::vector<std::vector<float>>;

void Set(OwnedMap& m, int channel, const Rows& rows) {
  const Rect& r = m.map.region();
  for (int y = r.y0; y < r.y1; ++y) {
    for (int x = r.x0; x < r.x1; ++x) m.map.Row(channel, y)[x] = rows.at(y - r.y0).at(x - r.x0);
  }
}

Rows Get(const OwnedMap& m, int channel) {
  Rows rows;
  const Rect& r = m.map.region();
  for (int y = r.y0; y < r.y1; ++y) {
    const float* row = m.map.Row(channel, y);
    rows.emplace_back(row + r.x0, row + r.x1);
  }
  return rows;
}

TEST(FeatureMap, FrameRepeatsTheNearestSamplesAndIsZeroAgain) {
  OwnedMap m({0, 0, 2, 2}, 1), out({0, 0, 2, 2}, 1);
  Set(m, 0, {{1, 2}, {3, 4}});
  m.map.FillFrame(model::Border::kRepeat);
  for (int x = -1; x <= 2; ++x) {
    EXPECT_EQ(m.map.Row(0, -1)[x], x < 1 ? 1.0f : 2.0f) << x;
    EXPECT_EQ(m.map.Row(0, 2)[x], x < 1 ? 3.0f : 4.0f) << x;
    EXPECT_EQ(m.map.Row(0, 1)[x], x < 1 ? 3.0f : 4.0f) << x;
  }
  m.map.FillFrame(model::Border::kZero);
  EXPECT_EQ(m.map.Row(0, -1)[-1], 0.0f);
  EXPECT_EQ(m.map.Row(0, 0)[2], 0.0f);
  EXPECT_EQ(Get(m, 0), (Rows{{1, 2}, {3, 4}}));
}

TEST(FeatureMap, FrameReflectsWithoutRepeatingTheOutermostSamples) {
  OwnedMap m({0, 0, 3, 3}, 1), one({0, 0, 1, 1}, 1);
  Set(m, 0, {{1, 2, 3}, {4, 5, 6}, {7, 8, 9}});
  m.map.FillFrame(model::Border::kReflect);
  EXPECT_EQ(m.map.Row(0, 0)[-1], 2.0f);
  EXPECT_EQ(m.map.Row(0, 0)[-2], 3.0f);
  EXPECT_EQ(m.map.Row(0, 1)[3], 5.0f);
  EXPECT_EQ(m.map.Row(0, -1)[-1], 5.0f);
  EXPECT_EQ(m.map.Row(0, 3)[0], 4.0f);
  EXPECT_EQ(m.map.Row(0, 4)[4], 1.0f);
  Set(one, 0, {{7}});
  one.map.FillFrame(model::Border::kReflect);
  EXPECT_EQ(one.map.Row(0, -1)[1], 7.0f);
}

TEST(Convolve, OfFiveByFive) {
  OwnedMap in({0, 0, 5, 5}, 1), out({0, 0, 5, 5}, 1);
  Set(in, 0, {{0, 0, 0, 0, 0}, {0, 0, 0, 0, 0}, {0, 0, 1, 0, 0}, {0, 0, 0, 0, 0}, {0, 0, 0, 0, 0}});
  std::array<float, 25> weight;
  for (int i = 0; i < 25; ++i) weight[i] = static_cast<float>(i);
  const std::array<float, 1> bias = {100};
  const model::Node node{.kernel = 5};
  const FeatureMap* inputs[] = {&in.map};
  Convolve(inputs, {}, weight, bias, node, out.map);
  // Each tap where its sample is.
  EXPECT_EQ(Get(out, 0), (Rows{{124, 123, 122, 121, 120},
                               {119, 118, 117, 116, 115},
                               {114, 113, 112, 111, 110},
                               {109, 108, 107, 106, 105},
                               {104, 103, 102, 101, 100}}));
}

TEST(Sum, AddsAndActivates) {
  const Rect r{0, 0, 2, 1};
  OwnedMap a(r, 1), b(r, 1), out(r, 1);
  Set(a, 0, {{1, -5}});
  Set(b, 0, {{2, 1}});
  const model::Node node{
      .op = model::Op::kSum, .activation = model::Activation::kLeakyRelu, .slope = 0.5f};
  const FeatureMap* inputs[] = {&a.map, &b.map};
  Sum(inputs, node, out.map);
  EXPECT_EQ(Get(out, 0), (Rows{{3, -2}}));
}

TEST(SpaceToDepth, PhasesOfEachInputRowByRowAndOddSidesRepeated) {
  OwnedMap a({0, 0, 3, 3}, 1), b({0, 0, 3, 3}, 1), out({0, 0, 2, 2}, 8);
  Set(a, 0, {{1, 2, 3}, {4, 5, 6}, {7, 8, 9}});
  Set(b, 0, {{10, 20, 30}, {40, 50, 60}, {70, 80, 90}});
  const FeatureMap* inputs[] = {&a.map, &b.map};
  SpaceToDepth(inputs, 3, 3, out.map);
  EXPECT_EQ(Get(out, 0), (Rows{{1, 3}, {7, 9}}));
  EXPECT_EQ(Get(out, 1), (Rows{{2, 3}, {8, 9}}));
  EXPECT_EQ(Get(out, 2), (Rows{{4, 6}, {7, 9}}));
  EXPECT_EQ(Get(out, 3), (Rows{{5, 6}, {8, 9}}));
  EXPECT_EQ(Get(out, 4), (Rows{{10, 30}, {70, 90}}));
  EXPECT_EQ(Get(out, 7), (Rows{{50, 60}, {80, 90}}));
}

TEST(DepthToSpace, IsTheInverseCutToThePicture) {
  OwnedMap a({0, 0, 5, 3}, 2), half({0, 0, 3, 2}, 8), back({0, 0, 5, 3}, 2), part({1, 1, 4, 3}, 2);
  for (int c = 0; c < 2; ++c) {
    for (int y = 0; y < 3; ++y) {
      for (int x = 0; x < 5; ++x) a.map.Row(c, y)[x] = static_cast<float>(100 * c + 10 * y + x);
    }
  }
  const FeatureMap* inputs[] = {&a.map};
  SpaceToDepth(inputs, 5, 3, half.map);
  DepthToSpace(half.map, back.map);
  EXPECT_EQ(Get(back, 0), Get(a, 0));
  EXPECT_EQ(Get(back, 1), Get(a, 1));
  DepthToSpace(half.map, part.map);
  EXPECT_EQ(Get(part, 1), (Rows{{111, 112, 113}, {121, 122, 123}}));
}

TEST(Maximum, TakesTheLargestThenActivates) {
  const Rect r{0, 0, 3, 1};
  OwnedMap a(r, 1), b(r, 1), c(r, 1), out(r, 1);
  Set(a, 0, {{1, -2, 0.5f}});
  Set(b, 0, {{2, -3, 0.25f}});
  Set(c, 0, {{0, -4, 0.125f}});
  const FeatureMap* inputs[] = {&a.map, &b.map, &c.map};
  Maximum(inputs, {.activation = model::Activation::kNone}, out.map);
  EXPECT_EQ(Get(out, 0), (Rows{{2, -2, 0.5f}}));
  Maximum(inputs, {.activation = model::Activation::kClamp01}, out.map);
  EXPECT_EQ(Get(out, 0), (Rows{{1, 0, 0.5f}}));
}

TEST(Blend, WeighsTheSourcesAndAddsTheRest) {
  const Rect r{0, 0, 2, 1};
  OwnedMap maps(r, 3), inf(r, 1), vis(r, 1), out(r, 1);
  Set(maps, 0, {{0, 0.5f}});
  Set(maps, 1, {{0, -0.5f}});
  Set(maps, 2, {{0.125f, 0.5f}});
  Set(inf, 0, {{0.5f, 0.75f}});
  Set(vis, 0, {{0.25f, 0.125f}});
  Blend(maps.map, inf.map, vis.map, {.activation = model::Activation::kNone}, out.map);
  EXPECT_EQ(Get(out, 0), (Rows{{0.25f + 0.125f + 0.125f, 0.75f + 0.5f}}));
  Blend(maps.map, inf.map, vis.map, {.activation = model::Activation::kClamp01}, out.map);
  EXPECT_EQ(Get(out, 0), (Rows{{0.5f, 1.0f}}));
}

TEST(AveragePool, LeavesOutWhatLiesOutside) {
  OwnedMap in({0, 0, 5, 3}, 1), out({0, 0, 3, 2}, 1);
  Set(in, 0, {{1, 3, 5, 7, 9}, {1, 3, 5, 7, 9}, {2, 4, 6, 8, 11}});
  AveragePool(in.map, 2, 5, 3, {0, 0, 3, 2}, out.map);
  EXPECT_EQ(Get(out, 0), (Rows{{2, 6, 9}, {3, 7, 11}}));
}

TEST(AveragePool, WritesOnlyItsRegion) {
  OwnedMap in({2, 0, 4, 2}, 1), out({0, 0, 2, 1}, 1);
  Set(in, 0, {{1, 2}, {3, 6}});
  AveragePool(in.map, 2, 4, 2, {1, 0, 2, 1}, out.map);
  EXPECT_EQ(Get(out, 0), (Rows{{99, 3}}));
}

// Doubling: positions -1/4 (clamped to 0), 1/4, 3/4, 5/4 ..., as align_corners=False has it.
TEST(EnlargeBilinear, HalfPixelPositions) {
  OwnedMap in({0, 0, 2, 2}, 1), out({0, 0, 4, 3}, 1);
  Set(in, 0, {{0, 4}, {8, 12}});
  EnlargeBilinear(in.map, 2, out.map);
  EXPECT_EQ(Get(out, 0), (Rows{{0, 1, 3, 4}, {2, 3, 5, 6}, {6, 7, 9, 10}}));
  // A part of it is the same.
  OwnedMap part({1, 1, 3, 2}, 1);
  EnlargeBilinear(in.map, 2, part.map);
  EXPECT_EQ(Get(part, 0), (Rows{{3, 5}}));
}

}  // namespace
}  // namespace seafusion::nn
