#include "core/memory/checked_math.h"

#include <cstddef>
#include <cstdint>
#include <limits>

#include <gtest/gtest.h>

namespace seafusion {
namespace {

constexpr int kBits = std::numeric_limits<std::size_t>::digits;

TEST(CheckedMath, AddsAndMultipliesInRange) {
  EXPECT_EQ(CheckedAdd(2, 3), 5);
  EXPECT_EQ(CheckedMul<std::int64_t>(1 << 20, 1 << 20), std::int64_t{1} << 40);
  EXPECT_EQ(CheckedProduct<std::size_t>(3, std::size_t{4}, std::size_t{5}), 60u);
}

TEST(CheckedMath, ReportsOverflow) {
  constexpr auto kMax = std::numeric_limits<std::size_t>::max();
  EXPECT_FALSE(CheckedAdd(kMax, std::size_t{1}));
  EXPECT_FALSE(CheckedMul(kMax, std::size_t{2}));
  EXPECT_FALSE(CheckedProduct(std::size_t{1} << (kBits / 2), std::size_t{1} << (kBits / 2 - 1),
                              std::size_t{2}));
  EXPECT_FALSE(CheckedAdd(std::numeric_limits<std::int64_t>::min(), std::int64_t{-1}));
}

TEST(CheckedMath, OverflowIsNotUndoneByAZeroFactorLater) {
  EXPECT_FALSE(CheckedProduct(std::size_t{1} << (kBits - 1), std::size_t{4}, std::size_t{0}));
}

TEST(CheckedMath, CastsOnlyWhatFits) {
  EXPECT_EQ((CheckedCast<int>(std::int64_t{7})), 7);
  EXPECT_FALSE((CheckedCast<int>(std::int64_t{1} << 31)));
  EXPECT_FALSE((CheckedCast<std::size_t>(-1)));
  EXPECT_FALSE((CheckedCast<std::int64_t>(std::uint64_t{1} << 63)));
  EXPECT_EQ((CheckedCast<std::uint8_t>(255)), 255);
  EXPECT_FALSE((CheckedCast<std::uint8_t>(256)));
}

}  // namespace
}  // namespace seafusion
