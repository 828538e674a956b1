#include "fuse/range/no_data.h"

#include <cmath>
#include <limits>
#include <vector>

#include <gtest/gtest.h>
#include <seafusion/fuser.h>

namespace seafusion {
namespace {

constexpr int kWidth = 40, kHeight = 32;

struct Pictures {
  ImageBuffer infrared = *ImageBuffer::Create(kWidth, kHeight, PixelFormat::kGrayF32);
  ImageBuffer visible = *ImageBuffer::Create(kWidth, kHeight, PixelFormat::kRgb8);
  ImageBuffer fused = *ImageBuffer::Create(kWidth, kHeight, PixelFormat::kRgb8);
  Pictures() {
    for (int y = 0; y < kHeight; ++y) {
      for (int x = 0; x < kWidth; ++x) {
        infrared.view().Row<float>(y)[x] = 20.0f + static_cast<float>((3 * x + 5 * y) % 17);
        for (int c = 0; c < 3; ++c) {
          visible.view().Row<std::uint8_t>(y)[3 * x + c] =
              static_cast<std::uint8_t>(40 * c + 3 * x + y);
        }
      }
    }
  }
};

TEST(NoDataTest, PicturesWithoutGapsAreLeftAlone) {
  const Pictures p;
  const auto filled = FillNoData(p.infrared.view(), p.visible.view(), {});
  ASSERT_TRUE(filled.ok());
  EXPECT_FALSE(filled->has_value());
}

TEST(NoDataTest, TheVisiblePictureStandsWhereFloatsAreNotFinite) {
  Pictures p;
  const auto gap = [](int x, int y) { return x < 6 || (x == 20 && y == 9); };
  for (int y = 0; y < kHeight; ++y) {
    for (int x = 0; x < kWidth; ++x) {
      if (!gap(x, y)) continue;
      p.infrared.view().Row<float>(y)[x] =
          x % 2 == 0 ? std::nanf("") : std::numeric_limits<float>::infinity();
    }
  }
  const auto fuser = Fuser::Create({.threads = 1});
  ASSERT_TRUE(fuser.ok());
  ASSERT_TRUE(fuser->Fuse(p.infrared.view(), p.visible.view(), p.fused.view()).ok());
  int others = 0;
  for (int y = 0; y < kHeight; ++y) {
    for (int i = 0; i < 3 * kWidth; ++i) {
      const int v = p.visible.view().Row<std::uint8_t>(y)[i];
      const int f = p.fused.view().Row<std::uint8_t>(y)[i];
      if (gap(i / 3, y)) {
        EXPECT_EQ(f, v) << i / 3 << ", " << y;
      } else {
        others += f != v;
      }
    }
  }
  EXPECT_GT(others, kWidth) << "elsewhere it is fused";
  // Nothing but gaps: the visible picture.
  for (int y = 0; y < kHeight; ++y) {
    std::fill_n(p.infrared.view().Row<float>(y), kWidth, std::nanf(""));
  }
  ASSERT_TRUE(fuser->Fuse(p.infrared.view(), p.visible.view(), p.fused.view()).ok());
  EXPECT_EQ(p.fused.view().Row<std::uint8_t>(7)[30], p.visible.view().Row<std::uint8_t>(7)[30]);
}

TEST(NoDataTest, ZeroBordersOfCountsAreGapsAndFilledInTheirRange) {
  const Pictures p;
  ImageBuffer counts = *ImageBuffer::Create(kWidth, kHeight, PixelFormat::kGray16);
  for (int y = 0; y < kHeight; ++y) {
    for (int x = 0; x < kWidth; ++x) {
      counts.view().Row<std::uint16_t>(y)[x] =
          x < 5 ? 0 : static_cast<std::uint16_t>(20000 + (7 * x + 3 * y) % 100);
    }
  }
  const auto filled = FillNoData(counts.view(), p.visible.view(), {});
  ASSERT_TRUE(filled.ok());
  ASSERT_TRUE(filled->has_value());
  const FilledInfrared& f = **filled;
  EXPECT_EQ(f.range.kind, InfraredRange::Kind::kFixed);
  EXPECT_GE(f.range.lo, 19900) << "zeros count for no range";
  EXPECT_LE(f.range.hi, 20200);
  for (int x = 0; x < kWidth; ++x) EXPECT_EQ(f.missing[static_cast<std::size_t>(x)], x < 5);
  EXPECT_GE(f.picture.view().Row<std::uint16_t>(3)[2], 19900);
  EXPECT_EQ(f.picture.view().Row<std::uint16_t>(3)[12], counts.view().Row<std::uint16_t>(3)[12]);
  // Zeros of a picture that has small numbers, too, are numbers.
  counts.view().Row<std::uint16_t>(9)[9] = 12;
  const auto dark = FillNoData(counts.view(), p.visible.view(), {});
  ASSERT_TRUE(dark.ok());
  EXPECT_FALSE(dark->has_value());
}

}  // namespace
}  // namespace seafusion
