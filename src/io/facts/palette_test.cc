#include "io/facts/palette.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "io/facts/picture_facts.h"
#include "io/image_file.h"

namespace seafusion::io {
namespace {

constexpr int kWidth = 96, kHeight = 64;

// A scene of smooth heat shown through `colour`, a function from 0..1 to red, green and blue.
template <typename Colour>
ImageBuffer Shown(const Colour& colour) {
  ImageBuffer image = *ImageBuffer::Create(kWidth, kHeight, PixelFormat::kRgb8);
  for (int y = 0; y < kHeight; ++y) {
    auto* row = image.view().Row<std::uint8_t>(y);
    for (int x = 0; x < kWidth; ++x) {
      const double heat = 0.5 + 0.5 * std::sin(x * 0.11) * std::cos(y * 0.07);
      const auto rgb = colour(heat);
      for (int c = 0; c < 3; ++c) {
        row[3 * x + c] = static_cast<std::uint8_t>(
            std::clamp(255 * rgb[static_cast<std::size_t>(c)], 0.0, 255.0));
      }
    }
  }
  return image;
}

using Colour = std::vector<double>;

TEST(PaletteTest, KindsAreTold) {
  const auto gray = [](double h) { return Colour{h, h, h}; };
  const auto iron = [](double h) {
    return Colour{1.6 * h, 1.8 * h * h - 0.3, h < 0.5 ? 0.9 * h + 0.2 : 1.3 * (1 - h)};
  };
  const auto rainbow = [](double h) {
    return Colour{std::abs(4 * h - 2.6) - 0.3, 1.4 - std::abs(4 * h - 2),
                  1.5 - std::abs(4 * h - 0.7)};
  };
  EXPECT_EQ(FindPalette(Shown(gray).view()), Palette::kNone);
  EXPECT_EQ(FindPalette(Shown(iron).view()), Palette::kBright);
  EXPECT_EQ(FindPalette(Shown(rainbow).view()), Palette::kRainbow);
  EXPECT_EQ(FindPalette(ImageBuffer::Create(4, 4, PixelFormat::kGray16)->view()), Palette::kNone);
  EXPECT_EQ(ColouredShare(Shown(gray).view()), 0);
  EXPECT_GT(ColouredShare(Shown(iron).view()), 0.9);
}

TEST(PaletteTest, ColoursOfManyKindsAreNoPalette) {
  ImageBuffer image = *ImageBuffer::Create(kWidth, kHeight, PixelFormat::kRgb8);
  std::uint32_t seed = 1;
  for (int y = 0; y < kHeight; ++y) {
    auto* row = image.view().Row<std::uint8_t>(y);
    for (int i = 0; i < 3 * kWidth; ++i) {
      row[i] = static_cast<std::uint8_t>((seed = seed * 1664525 + 1013904223) >> 24);
    }
  }
  EXPECT_EQ(FindPalette(image.view()), Palette::kPhotograph);
}

TEST(PaletteTest, RealPicturesAreTold) {
  const std::string cameras = std::string(SEAFUSION_SHARED_DIR) + "/data/cameras/";
  if (!std::filesystem::exists(cameras)) GTEST_SKIP() << cameras << " is not there";
  const std::vector<std::pair<const char*, Palette>> known = {
      {"flir_one/flir_example.jpg", Palette::kBright},
      {"flir_e40/Flir_E40.jpg", Palette::kBright},
      {"flir_b60/Flir_B60.jpg", Palette::kBright},
      {"flir_t640/T640.jpg", Palette::kBright},
      {"dji_h20t/H20T.jpg", Palette::kRainbow},
      {"hikmicro/HM0001.png", Palette::kRainbow},
      {"dji_xt2/DJI_XT-2.jpg", Palette::kNone},
      {"metu_vistir/sunny_scene_7_visible_IM_12996.jpg", Palette::kPhotograph},
      {"litiv_nir/img2.png", Palette::kPhotograph}};
  for (const auto& [name, palette] : known) {
    const auto image = ReadImage(cameras + name);
    ASSERT_TRUE(image.ok()) << image.status().message();
    EXPECT_EQ(FindPalette(image->view()), palette) << name;
  }
}

TEST(PictureFactsTest, SamplesThatAreNotFiniteCountForNothing) {
  const std::vector<float> samples = {1.0F, std::nanf(""), 3.0F, -INFINITY, 3.0F, 5.0F};
  const SampleFacts facts =
      FactsOf({samples.data(), 3, 2, 3 * sizeof(float), PixelFormat::kGrayF32});
  EXPECT_EQ(facts.min, 1);
  EXPECT_EQ(facts.max, 5);
  EXPECT_EQ(facts.mean, 3);
  EXPECT_EQ(facts.distinct, 3U);
  EXPECT_EQ(facts.not_finite, 2U);
}

}  // namespace
}  // namespace seafusion::io
