#include "metrics/sets/flicker.h"

#include <cstdint>
#include <optional>

#include <gtest/gtest.h>
#include <seafusion/image.h>

#include "core/memory/image_buffer.h"

namespace seafusion::metrics {
namespace {

constexpr int kWidth = 4, kHeight = 3;

void Set(ImageBuffer& image, int x, int y, int level) {
  image.view().Row<std::uint8_t>(y)[x] = static_cast<std::uint8_t>(level);
}
ImageBuffer Flat(int level, int width = kWidth) {
  ImageBuffer image = *ImageBuffer::Create(width, kHeight, PixelFormat::kGray8);
  for (int y = 0; y < kHeight; ++y) {
    for (int x = 0; x < width; ++x) Set(image, x, y, level);
  }
  return image;
}
void Add(Flicker& flicker, const ImageBuffer& infrared, const ImageBuffer& visible,
         const ImageBuffer& fused) {
  const Status added = flicker.Add(infrared.view(), visible.view(), fused.view());
  EXPECT_TRUE(added.ok()) << added.message();
}

TEST(FlickerTest, OnlyPixelsWhoseSourcesRestCount) {
  Flicker flicker;
  Add(flicker, Flat(100), Flat(50), Flat(80));
  EXPECT_FALSE(flicker.value().has_value()) << "one frame";
  ImageBuffer infrared = Flat(101), fused = Flat(80);
  Set(infrared, 0, 0, 100 + Flicker::kStillLevels + 1);  // moves,
  Set(fused, 0, 0, 200);                                 // so this is no flicker
  Set(fused, 3, 2, 87);
  Add(flicker, infrared, Flat(52), fused);
  const std::optional<FlickerValue> value = flicker.value();
  ASSERT_TRUE(value.has_value());
  EXPECT_EQ(value->frames, 1u);
  EXPECT_DOUBLE_EQ(value->still_share, 11.0 / 12);
  EXPECT_DOUBLE_EQ(value->change, 7.0 / 11);
  EXPECT_DOUBLE_EQ(value->excess, 5.0 / 11) << "of 7 levels, 2 are the visible picture's own";
}

TEST(FlickerTest, SourcesTheirMeanAndTheirMaximumDoNotFlicker) {
  const auto infrared = [](int t) { return Flat(100 + t % 2); };
  const auto visible = [](int t) { return Flat(100 - t % 3); };
  const auto mean = [](int t) { return Flat((200 + t % 2 - t % 3) / 2); };
  Flicker of_infrared, of_mean, of_maximum;
  for (int t = 0; t < 12; ++t) {
    Add(of_infrared, infrared(t), visible(t), infrared(t));
    Add(of_mean, infrared(t), visible(t), mean(t));
    Add(of_maximum, infrared(t), visible(t), infrared(t));
  }
  for (const Flicker* flicker : {&of_infrared, &of_mean, &of_maximum}) {
    ASSERT_TRUE(flicker->value().has_value());
    EXPECT_EQ(flicker->value()->excess, 0.0);
    EXPECT_EQ(flicker->value()->still_share, 1.0);
    EXPECT_EQ(flicker->value()->frames, 11u);
  }
  EXPECT_GT(of_infrared.value()->change, 0.9);
}

TEST(FlickerTest, ACutAndAnotherSizeBeginAnew) {
  Flicker flicker;
  Add(flicker, Flat(100), Flat(50), Flat(80));
  flicker.Cut();
  Add(flicker, Flat(100), Flat(50), Flat(90));
  Add(flicker, Flat(100, 3), Flat(50, 3), Flat(120, 3));
  EXPECT_FALSE(flicker.value().has_value());
  Add(flicker, Flat(100, 3), Flat(50, 3), Flat(121, 3));
  ASSERT_TRUE(flicker.value().has_value());
  EXPECT_DOUBLE_EQ(flicker.value()->excess, 1.0);
}

TEST(FlickerTest, WherePixelsNeverRestThereIsNoValue) {
  Flicker flicker;
  for (const int level : {0, 10, 20}) Add(flicker, Flat(level), Flat(0), Flat(level));
  EXPECT_FALSE(flicker.value().has_value());
}

TEST(FlickerTest, FormatsThatAreNotGrayOrColourAreRefused) {
  const ImageBuffer wide = *ImageBuffer::Create(kWidth, kHeight, PixelFormat::kGray16);
  Flicker flicker;
  EXPECT_EQ(flicker.Add(wide.view(), Flat(0).view(), Flat(0).view()).code(),
            StatusCode::kUnsupported);
}

}  // namespace
}  // namespace seafusion::metrics
