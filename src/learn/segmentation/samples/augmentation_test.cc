#include "learn/segmentation/samples/augmentation.h"

#include <array>
#include <numeric>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/memory/image_buffer.h"

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

Augmentation Nothing() {
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

// A small picture with something at every place, and what Pillow 9.4 makes of it: green channel and
// labels of resize(..., BILINEAR) and resize(..., NEAREST).
class AugmentLikePillow : public ::testing::Test {
 protected:
  AugmentLikePillow() {
    for (int y = 0; y < 4; ++y) {
      for (int x = 0; x < 6; ++x) {
        for (int c = 0; c < 3; ++c) {
          rgb_.view().Row<std::uint8_t>(y)[3 * x + c] =
              static_cast<std::uint8_t>(37 * x + 91 * y + 53 * c * x * y + 29 * c);
        }
        labels_.push_back(static_cast<std::uint8_t>((x + 2 * y) % 9));
      }
    }
  }
  AugmentedCrop Scaled(double scale, int width, int height) {
    SeededNoise noise(1);
    return Augment(rgb_.view(), labels_.data(), {.jitter = 0, .flip = false, .scales = {scale}},
                   width, height, noise);
  }
  static std::vector<int> Green(const AugmentedCrop& crop) {
    std::vector<int> green;
    for (std::size_t i = 1; i < crop.rgb.size(); i += 3) green.push_back(crop.rgb[i]);
    return green;
  }
  ImageBuffer rgb_ = *ImageBuffer::Create(6, 4, PixelFormat::kRgb8);
  std::vector<std::uint8_t> labels_;
};

TEST_F(AugmentLikePillow, Shrunk) {
  const AugmentedCrop crop = Scaled(0.75, 4, 3);
  EXPECT_THAT(Green(crop), ElementsAre(76, 99, 150, 176, 162, 145, 129, 112, 135, 191, 107, 49));
  // Middles between two labels: rounding decides, as there.
  EXPECT_THAT(crop.labels, ElementsAre(0, 2, 3, 5, 4, 6, 7, 0, 6, 8, 0, 2));
}

TEST_F(AugmentLikePillow, Enlarged) {
  const AugmentedCrop crop = Scaled(1.5, 9, 6);
  const std::vector<int> green = {
      29,  48,  72,  97,  122, 146, 171, 196, 214, 75,  107, 127, 85,  106, 148, 190, 169, 136,
      135, 163, 172, 96,  105, 142, 180, 132, 75,  196, 157, 132, 193, 169, 116, 63,  96,  141,
      129, 150, 177, 205, 169, 111, 53,  60,  80,  46,  144, 232, 192, 152, 112, 72,  32,  2};
  EXPECT_EQ(Green(crop), green);
  const std::vector<std::uint8_t> labels = {0, 1, 1, 2, 2, 3, 4, 5, 5, 2, 3, 3, 4, 4, 5, 6, 7, 7,
                                            2, 3, 3, 4, 4, 5, 6, 7, 7, 4, 5, 5, 6, 6, 7, 8, 0, 0,
                                            4, 5, 5, 6, 6, 7, 8, 0, 0, 6, 7, 7, 8, 8, 0, 1, 2, 2};
  EXPECT_EQ(crop.labels, labels);
}

TEST_F(AugmentLikePillow, ShrunkBelowTheCropAndEnlargedAgain) {
  // 4x3, then twice as large and truncated after + 1: 9x7.
  const AugmentedCrop crop = Scaled(0.75, 8, 6);
  const std::vector<int> green = {76,  80,  90,  102, 125, 147, 160, 172, 88,  91,  99,  108,
                                  127, 145, 155, 164, 125, 125, 125, 126, 132, 137, 138, 139,
                                  162, 159, 152, 144, 137, 130, 122, 115, 150, 153, 159, 162,
                                  142, 122, 106, 91,  139, 146, 167, 180, 147, 115, 89,  67};
  EXPECT_EQ(Green(crop), green);
  const std::vector<std::uint8_t> labels = {0, 0, 2, 2, 3, 3, 3, 5, 0, 0, 2, 2, 3, 3, 3, 5,
                                            4, 4, 6, 6, 7, 7, 7, 0, 4, 4, 6, 6, 7, 7, 7, 0,
                                            4, 4, 6, 6, 7, 7, 7, 0, 6, 6, 8, 8, 0, 0, 0, 2};
  EXPECT_EQ(crop.labels, labels);
}

TEST(Augment, LabelsAreNeverMixed) {
  // 3 and 200 only, in every scale: a value between them, or any other, would be a mixture.
  const Labelled from(40, 30);
  std::vector<std::uint8_t> labels = from.labels;
  for (std::uint8_t& label : labels) label = label % 2 != 0 ? 200 : 3;
  for (std::uint64_t seed = 0; seed < 30; ++seed) {
    SeededNoise noise(seed);
    const AugmentedCrop crop = Augment(from.rgb.view(), labels.data(), {}, 37, 23, noise);
    EXPECT_THAT(crop.labels, Each(::testing::AnyOf(3, 200))) << seed;
  }
}

TEST(Augment, EachPartCanBeLeftOut) {
  // Two levels, dark left and bright right: jitter changes levels, flip the sides.
  ImageBuffer halves = *ImageBuffer::Create(8, 2, PixelFormat::kRgb8);
  for (int y = 0; y < 2; ++y) {
    for (int i = 0; i < 24; ++i) halves.view().Row<std::uint8_t>(y)[i] = i < 12 ? 40 : 90;
  }
  const std::vector<std::uint8_t> labels = {0, 0, 0, 0, 1, 1, 1, 1, 0, 0, 0, 0, 1, 1, 1, 1};
  int flipped = 0, changed = 0;
  for (std::uint64_t seed = 0; seed < 40; ++seed) {
    SeededNoise a(seed), b(seed);
    const AugmentedCrop flip =
        Augment(halves.view(), labels.data(), {.jitter = 0, .flip = true, .scales = {}}, 8, 2, a);
    flipped += flip.labels.front();
    EXPECT_EQ(flip.rgb.front(), flip.labels.front() == 1 ? 90 : 40);
    const AugmentedCrop jitter = Augment(halves.view(), labels.data(),
                                         {.jitter = 0.5, .flip = false, .scales = {}}, 8, 2, b);
    EXPECT_EQ(jitter.labels, labels);
    changed += jitter.rgb.front() != 40;
  }
  EXPECT_GT(flipped, 8);
  EXPECT_LT(flipped, 32);
  // Some factors come out at the old level again.
  EXPECT_GT(changed, 30);
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
