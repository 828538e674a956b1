#include "learn/data/mix/camera_variation.h"

#include <algorithm>
#include <cmath>
#include <set>
#include <vector>

#include <gtest/gtest.h>

namespace seafusion::learn {
namespace {

constexpr int kSide = 16;

std::vector<float> Crop() {
  std::vector<float> crop;
  for (int y = 0; y < kSide; ++y) {
    for (int x = 0; x < kSide; ++x) crop.push_back(static_cast<float>((x * 7 + y * 5) % 17) / 16);
  }
  return crop;
}

std::vector<float> Varied(const CameraVariation& how, std::uint64_t sample,
                          std::uint64_t seed = 3) {
  std::vector<float> crop = Crop();
  VaryInfrared(how, seed, sample, kSide, crop.data());
  return crop;
}

double Mean(const std::vector<float>& v) {
  double sum = 0;
  for (const float x : v) sum += x;
  return sum / static_cast<double>(v.size());
}

double Deviation(const std::vector<float>& v) {
  double sum = 0;
  for (const float x : v) sum += (x - Mean(v)) * (x - Mean(v));
  return std::sqrt(sum / static_cast<double>(v.size()));
}

TEST(CameraVariation, OffChangesNothing) {
  EXPECT_FALSE(CameraVariation().any());
  EXPECT_EQ(Varied({}, 5), Crop());
  EXPECT_EQ(DrawShift({}, 3, 5), std::pair(0, 0));
}

TEST(CameraVariation, DependsOnSeedAndNumberAlone) {
  const CameraVariation how = {.gamma = 1, .contrast = 1, .blur = 2};
  EXPECT_EQ(Varied(how, 5), Varied(how, 5));
  EXPECT_NE(Varied(how, 5), Varied(how, 6));
  EXPECT_NE(Varied(how, 5), Varied(how, 5, 4));
}

TEST(CameraVariation, GammaKeepsTheOrderOfSamplesAndTheirEnds) {
  const std::vector<float> before = Crop();
  bool darker = false, brighter = false;
  for (std::uint64_t sample = 0; sample < 20; ++sample) {
    const std::vector<float> after = Varied({.gamma = 1}, sample);
    for (std::size_t i = 0; i < before.size(); ++i) {
      if (before[i] == 0 || before[i] == 1) {
        EXPECT_EQ(after[i], before[i]);
      }
      if (i > 0 && before[i - 1] < before[i]) {
        EXPECT_LE(after[i - 1], after[i]);
      }
      // Between the square root and the square.
      EXPECT_GE(after[i], before[i] * before[i] - 1e-6f);
      EXPECT_LE(after[i], std::sqrt(before[i]) + 1e-6f);
    }
    (Mean(after) < Mean(before) ? darker : brighter) = true;
  }
  EXPECT_TRUE(darker && brighter);
}

TEST(CameraVariation, ContrastStretchesAroundTheMean) {
  bool less = false, more = false;
  for (std::uint64_t sample = 0; sample < 20; ++sample) {
    const std::vector<float> after = Varied({.contrast = 0.5}, sample);
    (Deviation(after) < Deviation(Crop()) ? less : more) = true;
    EXPECT_GE(*std::min_element(after.begin(), after.end()), 0);
    EXPECT_LE(*std::max_element(after.begin(), after.end()), 1);
  }
  EXPECT_TRUE(less && more);
}

TEST(CameraVariation, SharesOfCropsAreInvertedOrFlat) {
  int inverted = 0, flat = 0;
  const std::vector<float> before = Crop();
  for (std::uint64_t sample = 0; sample < 400; ++sample) {
    const std::vector<float> after = Varied({.polarity_share = 0.25}, sample);
    if (after != before) {
      ++inverted;
      for (std::size_t i = 0; i < after.size(); ++i) EXPECT_EQ(after[i], 1.0f - before[i]);
    }
    const std::vector<float> squeezed = Varied({.flat_share = 0.5}, sample);
    if (squeezed == before) continue;
    ++flat;
    const auto [lo, hi] = std::minmax_element(squeezed.begin(), squeezed.end());
    EXPECT_GE(*hi - *lo, 0.1f - 1e-6f);
    EXPECT_LE(*hi - *lo, 0.5f + 1e-6f);
  }
  EXPECT_NEAR(inverted, 100, 30);
  EXPECT_NEAR(flat, 200, 40);
}

TEST(CameraVariation, BlurLosesDetailAndKeepsAFlatPicture) {
  std::vector<float> flat(kSide * kSide, 0.375f);
  VaryInfrared({.blur = 3}, 1, 1, kSide, flat.data());
  for (const float v : flat) EXPECT_NEAR(v, 0.375f, 1e-6f);
  int softer = 0;
  for (std::uint64_t sample = 0; sample < 20; ++sample) {
    const std::vector<float> after = Varied({.blur = 3}, sample);
    if (Deviation(after) < 0.9 * Deviation(Crop())) ++softer;
    EXPECT_NEAR(Mean(after), Mean(Crop()), 0.1);
  }
  EXPECT_GT(softer, 10);
}

TEST(CameraVariation, ShiftsReachAllPlaces) {
  std::set<std::pair<int, int>> seen;
  for (std::uint64_t sample = 0; sample < 500; ++sample) {
    const auto shift = DrawShift({.misregistration = 1}, 3, sample);
    EXPECT_LE(std::abs(shift.first), 1);
    EXPECT_LE(std::abs(shift.second), 1);
    seen.insert(shift);
  }
  EXPECT_EQ(seen.size(), 9u);
}

TEST(CameraVariation, NoiseHasUpToTheDeviationAskedFor) {
  double largest = 0;
  for (std::uint64_t sample = 0; sample < 50; ++sample) {
    std::vector<float> vis(kSide * kSide, 0.5f), inf = vis;
    AddNoise({.noise = 0.04}, 9, sample, kSide, vis.data(), inf.data());
    EXPECT_NE(vis, inf);
    EXPECT_NEAR(Mean(vis), 0.5, 0.02);
    largest = std::max({largest, Deviation(vis), Deviation(inf)});
  }
  EXPECT_GT(largest, 0.03);
  EXPECT_LT(largest, 0.05);
  std::vector<float> dark(kSide * kSide, 0.0f), bright(kSide * kSide, 1.0f);
  AddNoise({.noise = 0.5}, 9, 1, kSide, dark.data(), bright.data());
  EXPECT_GE(*std::min_element(dark.begin(), dark.end()), 0);
  EXPECT_LE(*std::max_element(bright.begin(), bright.end()), 1);
}

}  // namespace
}  // namespace seafusion::learn
