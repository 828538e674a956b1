#include "learn/segmentation/augmentation.h"

#include <array>
#include <numeric>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/image_buffer.h"

namespace seafusion::learn {
namespace {

using ::testing::Each;
using ::testing::ElementsAre;

// Every pixel's colour is its label in all channels.
struct Labelled {
  Labelled(int width, int height) : rgb(*ImageBuffer::Create(width, height, PixelFormat::kRgb8)) {
    for (int y = 0; y < height; ++y) {
      for (int x = 0; x < width; ++x) {
        const auto v = static_cast<std::uint8_t>((x / 8 + 3 * (y / 8)) % 9);
        labels.push_back(v);
        for (int c = 0; c < 3; ++c) rgb.view().Row<std::uint8_t>(y)[3 * x + c] = v;
      }
    }
  }
  ImageBuffer rgb;
  std::vector<std::uint8_t> labels;
};

constexpr Augmentation Nothing() {
  return {.jitter = 0, .flip = false, .scales = {}};
}

TEST(Augment, NothingAskedForGivesThePicture) {
  const Labelled from(24, 16);
  SeededNoise noise(1);
  const AugmentedCrop crop = Augment(from.rgb.view(), from.labels.data(), Nothing(), 24, 16, noise);
  EXPECT_EQ(crop.labels, from.labels);
  for (std::size_t i = 0; i < crop.labels.size(); ++i) EXPECT_EQ(crop.rgb[3 * i], from.labels[i]);
}

TEST(Augment, LabelsMoveWithThePixels) {
  const Labelled from(48, 32);
  const Augmentation how{.jitter = 0, .flip = true, .scales = {1, 2}};
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    SeededNoise noise(seed);
    const AugmentedCrop crop = Augment(from.rgb.view(), from.labels.data(), how, 20, 12, noise);
    // Colours may be mixed at the borders of the 8x8 (16x16) cells only.
    int different = 0;
    for (std::size_t i = 0; i < crop.labels.size(); ++i) {
      different += crop.rgb[3 * i] != crop.labels[i];
    }
    EXPECT_LT(different, 20 * 12 / 3) << seed;
  }
}

TEST(Augment, SmallPicturesAreEnlargedUntilTheCropFits) {
  const Labelled from(5, 3);
  const Augmentation how{.jitter = 0.5, .flip = true, .scales = {0.75}};
  SeededNoise noise(3);
  const AugmentedCrop crop = Augment(from.rgb.view(), from.labels.data(), how, 64, 48, noise);
  EXPECT_EQ(crop.labels.size(), 64u * 48);
  EXPECT_EQ(crop.rgb.size(), 3u * 64 * 48);
}

TEST(Augment, AFlatPictureStaysFlatAtEveryScale) {
  ImageBuffer flat = *ImageBuffer::Create(31, 17, PixelFormat::kRgb8);
  for (int y = 0; y < 17; ++y) std::fill_n(flat.view().Row<std::uint8_t>(y), 93, 77);
  const std::vector<std::uint8_t> labels(31 * 17, 4);
  for (double scale : {0.3, 0.75, 1.0, 1.25, 2.0, 3.7}) {
    SeededNoise noise(5);
    const AugmentedCrop crop = Augment(flat.view(), labels.data(),
                                       {.jitter = 0, .flip = true, .scales = {scale}}, 9, 7, noise);
    EXPECT_THAT(crop.rgb, Each(77));
    EXPECT_THAT(crop.labels, Each(4));
  }
}

TEST(Augment, ShrinkingAveragesInsteadOfSkipping) {
  // Columns of 0 and 255 in turn: at half size every pixel is their mean, inside the border.
  ImageBuffer stripes = *ImageBuffer::Create(32, 4, PixelFormat::kRgb8);
  for (int y = 0; y < 4; ++y) {
    for (int i = 0; i < 96; ++i) {
      stripes.view().Row<std::uint8_t>(y)[i] = static_cast<std::uint8_t>(i / 3 % 2 * 255);
    }
  }
  const std::vector<std::uint8_t> labels(32 * 4);
  SeededNoise noise(1);
  const AugmentedCrop crop = Augment(stripes.view(), labels.data(),
                                     {.jitter = 0, .flip = false, .scales = {0.5}}, 16, 2, noise);
  for (int x = 1; x < 15; ++x) EXPECT_NEAR(crop.rgb[static_cast<std::size_t>(3 * x)], 127.5, 1.0);
}

TEST(Jitter, KnownAnswers) {
  std::array<std::uint8_t, 6> p = {100, 200, 10, 0, 255, 30};
  ChangeBrightness(p.data(), 2, 1.5);
  EXPECT_THAT(p, ElementsAre(150, 255, 15, 0, 255, 45));
  // Lumas 90.7 -> 91 and 2.28 -> 2: their mean, 46.5, is rounded to 47.
  p = {91, 91, 91, 2, 2, 2};
  ChangeContrast(p.data(), 2, 0.5);
  EXPECT_THAT(p, ElementsAre(69, 69, 69, 24, 24, 24));
  // Luma of (100, 0, 0) is 29.9 -> 30.
  p = {100, 0, 0, 0, 0, 0};
  ChangeSaturation(p.data(), 2, 0.0);
  EXPECT_THAT(p, ElementsAre(30, 30, 30, 0, 0, 0));
}

}  // namespace
}  // namespace seafusion::learn
