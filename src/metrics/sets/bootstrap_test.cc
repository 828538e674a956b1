#include "metrics/sets/bootstrap.h"

#include <cmath>
#include <numeric>
#include <vector>

#include <gtest/gtest.h>

namespace seafusion::metrics {
namespace {

std::optional<double> MeanOf(const std::vector<double>& values,
                             std::span<const std::uint32_t> times) {
  double sum = 0;
  for (std::size_t i = 0; i < values.size(); ++i) sum += values[i] * times[i];
  return sum / static_cast<double>(values.size());
}

TEST(BootstrapTest, EachSampleHoldsAsManyPicturesAsThereAre) {
  int samples = 0;
  const auto interval = BootstrapInterval(7, {.samples = 50}, [&](auto times) {
    EXPECT_EQ(times.size(), 7U);
    EXPECT_EQ(std::accumulate(times.begin(), times.end(), 0U), 7U);
    return std::optional<double>(++samples);
  });
  EXPECT_EQ(samples, 50);
  ASSERT_TRUE(interval);
  EXPECT_LT(interval->low, interval->high);
}

TEST(BootstrapTest, AConstantFigureHasNoSpread) {
  const auto interval = BootstrapInterval(5, {}, [](auto) { return std::optional<double>(0.25); });
  ASSERT_TRUE(interval);
  EXPECT_EQ(interval->low, 0.25);
  EXPECT_EQ(interval->high, 0.25);
}

TEST(BootstrapTest, TheIntervalOfAMeanIsThatOfTheNormalDistribution) {
  // 400 values 0 or 1, half of each: the mean's deviation is 0.5 / sqrt(400) = 0.025.
  std::vector<double> values(400);
  for (std::size_t i = 0; i < values.size(); i += 2) values[i] = 1;
  const auto interval = BootstrapInterval(values.size(), {.samples = 4000},
                                          [&](auto times) { return MeanOf(values, times); });
  ASSERT_TRUE(interval);
  EXPECT_NEAR(interval->low, 0.5 - 1.96 * 0.025, 0.005);
  EXPECT_NEAR(interval->high, 0.5 + 1.96 * 0.025, 0.005);
}

TEST(BootstrapTest, SameSeedSameInterval) {
  const std::vector<double> values = {1, 5, 2, 8, 3};
  const auto figure = [&](auto times) { return MeanOf(values, times); };
  const auto a = BootstrapInterval(5, {.seed = 3}, figure);
  const auto b = BootstrapInterval(5, {.seed = 3}, figure);
  const auto c = BootstrapInterval(5, {.samples = 20, .seed = 4}, figure);
  EXPECT_EQ(a->low, b->low);
  EXPECT_EQ(a->high, b->high);
  EXPECT_NE(a->low, c->low);
}

TEST(BootstrapTest, SamplesWithoutAFigureAreLeftOut) {
  const auto rare = [](std::span<const std::uint32_t> times) -> std::optional<double> {
    if (times[0] == 0) return std::nullopt;
    return 2.0;
  };
  const auto interval = BootstrapInterval(3, {}, rare);
  ASSERT_TRUE(interval);
  EXPECT_EQ(interval->low, 2.0);
  EXPECT_FALSE(BootstrapInterval(3, {}, [](auto) { return std::optional<double>(); }));
  EXPECT_FALSE(BootstrapInterval(0, {}, [](auto) { return std::optional<double>(1); }));
}

}  // namespace
}  // namespace seafusion::metrics
