#include "fuse/range/scene_samples.h"

#include <cmath>
#include <cstdint>
#include <vector>

#include <gtest/gtest.h>

#include "fuse/range/infrared_range.h"

namespace seafusion {
namespace {

constexpr int kWidth = 80, kHeight = 60;

// Counts of a scene with structure, and a sensor's noise of `noise` counts, from a fixed seed.
std::vector<std::uint16_t> Scene(double noise, double structure = 400) {
  std::vector<std::uint16_t> counts;
  std::uint32_t seed = 7;
  const auto uniform = [&] {
    return ((seed = seed * 1664525 + 1013904223) >> 8) / double{1 << 24};
  };
  for (int y = 0; y < kHeight; ++y) {
    for (int x = 0; x < kWidth; ++x) {
      double normal = -6;
      for (int i = 0; i < 12; ++i) normal += uniform();
      const double heat = structure * (0.5 + 0.5 * std::sin(x * 0.13) * std::cos(y * 0.09));
      counts.push_back(static_cast<std::uint16_t>(std::lround(8000 + heat + noise * normal)));
    }
  }
  return counts;
}

ImageView View(const std::vector<std::uint16_t>& counts) {
  return {counts.data(), kWidth, kHeight, 2 * kWidth, PixelFormat::kGray16};
}

TEST(SceneSamplesTest, AScenesEdgesAreNoTelemetry) {
  std::vector<std::uint16_t> counts = Scene(3);
  // A warm floor from the third row from below on.
  for (int i = (kHeight - 3) * kWidth; i < kHeight * kWidth; ++i) {
    counts[static_cast<std::size_t>(i)] =
        static_cast<std::uint16_t>(counts[static_cast<std::size_t>(i)] + 60);
  }
  const SceneSamples scene = FindSceneSamples(View(counts));
  EXPECT_EQ(scene.y0, 0);
  EXPECT_EQ(scene.y1, kHeight);
  EXPECT_FALSE(scene.without_zero);
}

TEST(SceneSamplesTest, TelemetryRowsAreLeftOut) {
  for (const int rows : {1, 2, 3}) {
    std::vector<std::uint16_t> below = Scene(3), above = Scene(3);
    for (int i = 0; i < rows * kWidth; ++i) {
      const auto number = static_cast<std::uint16_t>(i % 7 == 0 ? 41000 + i : i % 3);
      below[static_cast<std::size_t>((kHeight - rows) * kWidth + i)] = number;
      above[static_cast<std::size_t>(i)] = number;
    }
    EXPECT_EQ(FindSceneSamples(View(below)).y1, kHeight - rows);
    EXPECT_EQ(FindSceneSamples(View(below)).y0, 0);
    EXPECT_EQ(FindSceneSamples(View(above)).y0, rows);
    const auto plain = FindInfraredMap(View(Scene(3)), {});
    for (const auto& counts : {below, above}) {
      const auto map = FindInfraredMap(View(counts), {});
      ASSERT_TRUE(map.ok() && plain.ok());
      EXPECT_NEAR(map->lo, plain->lo, 8);
      EXPECT_NEAR(1 / map->scale, 1 / plain->scale, 16);
    }
  }
}

TEST(SceneSamplesTest, ZerosOfAWarpedPictureAreNoData) {
  std::vector<std::uint16_t> counts = Scene(3);
  for (int y = 0; y < kHeight; ++y) {
    for (int x = 0; x < y / 3; ++x) counts[static_cast<std::size_t>(y * kWidth + x)] = 0;
  }
  const auto map = FindInfraredMap(View(counts), {});
  ASSERT_TRUE(map.ok());
  EXPECT_GT(map->lo, 7900);
  // A scene that reaches down to 0 keeps it.
  std::vector<std::uint16_t> dark = Scene(3);
  for (auto& v : dark) v = static_cast<std::uint16_t>(v - 7950 > 0 && v > 7950 ? v - 7950 : 0);
  EXPECT_FALSE(FindSceneSamples(View(dark)).without_zero);
}

TEST(SceneSamplesTest, NoiseIsFoundUnderStructure) {
  for (const double noise : {2.0, 5.0, 20.0}) {
    const auto counts = Scene(noise, 40);
    EXPECT_NEAR(EstimateNoise(View(counts), FindSceneSamples(View(counts))), noise, 0.2 * noise);
  }
}

TEST(SceneSamplesTest, AFlatSceneStaysFlat) {
  const auto counts = Scene(5, 0);
  const auto map = FindInfraredMap(View(counts), {});
  ASSERT_TRUE(map.ok());
  // One standard deviation of noise stays below 7 % of black to white.
  EXPECT_LT(5 * map->scale, 0.07);
  EXPECT_NEAR((8000 - map->lo) * map->scale, 0.5, 0.05);
}

}  // namespace
}  // namespace seafusion
