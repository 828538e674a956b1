#include "metrics/statistics/wide_integer.h"

#include <array>
#include <cstdint>
#include <limits>
#include <random>

#include <gtest/gtest.h>

namespace seafusion::metrics {
namespace {

TEST(WideIntegerTest, TwoWordsRoundToTheNearestEvenDouble) {
  const TwoWordInteger large(std::int64_t{1} << 62);
  const TwoWordInteger half_way = large * 2 + 1024;  // 2^63 + 2^10, between two doubles
  EXPECT_EQ(static_cast<double>(half_way), 0x1p63);
  EXPECT_EQ(static_cast<double>(half_way + 1), 0x1p63 + 2048);
  EXPECT_EQ(static_cast<double>(TwoWordInteger(0) - half_way), -0x1p63);
  EXPECT_EQ(static_cast<double>(large * large), 0x1p124);
  EXPECT_EQ(static_cast<double>(large * large + 1), 0x1p124);
  EXPECT_EQ(static_cast<double>(TwoWordInteger(0)), 0.0);
  EXPECT_TRUE(large * -2 + large == large - large * 2);
}

#ifdef __SIZEOF_INT128__
TEST(WideIntegerTest, TwoWordsAreWhatTheCompilerHas) {
  std::mt19937_64 random(1);
  const auto next = [&] {  // of every size
    return static_cast<std::int64_t>(random()) >> (random() % 63 + 1);
  };
  for (int i = 0; i < 20000; ++i) {
    const std::array<std::int64_t, 4> v = {next(), next(), next(), next()};
    const WideInteger theirs = WideInteger{v[0]} * v[1] - WideInteger{v[2]} * v[3] + v[0];
    const TwoWordInteger ours = TwoWordInteger{v[0]} * v[1] - TwoWordInteger{v[2]} * v[3] + v[0];
    ASSERT_EQ(static_cast<double>(ours), static_cast<double>(theirs)) << i;
    ASSERT_EQ(ours == 0, theirs == 0);
  }
}
#endif

}  // namespace
}  // namespace seafusion::metrics
