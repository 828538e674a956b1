#include "methods/networks/luma_reader.h"

#include <array>
#include <limits>
#include <set>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/memory/image_buffer.h"

namespace seafusion::methods {
namespace {

using ::testing::ElementsAre;

float Level(LumaRule rule, std::uint8_t r, std::uint8_t g, std::uint8_t b) {
  const std::array<std::uint8_t, 3> rgb = {r, g, b};
  return LevelOf(rule, rgb.data());
}

TEST(LumaReader, GrayPixelsOfColourFiles) {
  // Pillow's way there and back loses a level at these.
  const std::set<int> lost = {11,  18,  25,  32,  55,  62,  69,  76,  99,  106, 113,
                              136, 143, 150, 157, 180, 187, 194, 201, 224, 231, 238};
  for (int v = 0; v < 256; ++v) {
    const auto g = static_cast<std::uint8_t>(v);
    EXPECT_EQ(Level(LumaRule::kRounded, g, g, g), v);
    EXPECT_EQ(Level(LumaRule::kOpenCv, g, g, g), v);
    EXPECT_FLOAT_EQ(Level(LumaRule::kThroughYCbCr, g, g, g),
                    static_cast<float>(v - static_cast<int>(lost.count(v))));
  }
}

TEST(LumaReader, Primaries) {
  EXPECT_EQ(Level(LumaRule::kRounded, 255, 0, 0), 76);
  EXPECT_EQ(Level(LumaRule::kRounded, 0, 255, 0), 150);
  EXPECT_EQ(Level(LumaRule::kRounded, 0, 0, 255), 29);
  EXPECT_EQ(Level(LumaRule::kOpenCv, 255, 0, 0), 76);
  EXPECT_EQ(Level(LumaRule::kOpenCv, 0, 255, 0), 150);
  EXPECT_EQ(Level(LumaRule::kOpenCv, 0, 0, 255), 29);
  EXPECT_NEAR(Level(LumaRule::kThroughYCbCr, 255, 0, 0), 76, 1.5);
  EXPECT_NEAR(Level(LumaRule::kThroughYCbCr, 0, 255, 0), 150, 1.5);
}

TEST(LumaReader, StoredSamplesAreTakenAsTheyAreAndDeepOnesScaled) {
  const std::vector<std::uint8_t> bytes = {0, 7, 255, 128};
  const ImageView gray{bytes.data(), 2, 2, 2, PixelFormat::kGray8};
  EXPECT_THAT(*ReadVisibleLevels(gray, LumaRule::kThroughYCbCr), ElementsAre(0, 7, 255, 128));
  EXPECT_THAT(*ReadInfraredLevels(gray, {}, LumaRule::kThroughYCbCr), ElementsAre(0, 7, 255, 128));
  EXPECT_THAT(*ReadInfraredLevels(gray, {.kind = InfraredRange::Kind::kFixed, .lo = 0, .hi = 128},
                                  LumaRule::kRounded),
              ElementsAre(0, ::testing::FloatNear(13.945f, 1e-3f), 255, 255));
  const std::vector<std::uint16_t> deep = {0, 257, 65535, 32768};
  const ImageView gray16{deep.data(), 2, 2, 4, PixelFormat::kGray16};
  const auto levels = *ReadVisibleLevels(gray16, LumaRule::kRounded);
  EXPECT_FLOAT_EQ(levels[1], 1);
  EXPECT_FLOAT_EQ(levels[2], 255);
  EXPECT_NEAR(levels[3], 127.502, 1e-3);
}

TEST(LumaReader, RefusesSamplesThatAreNotFinite) {
  const std::vector<float> samples = {0.5f, std::numeric_limits<float>::quiet_NaN()};
  const ImageView view{samples.data(), 2, 1, 8, PixelFormat::kGrayF32};
  EXPECT_EQ(ReadInfraredLevels(view, {}, LumaRule::kRounded).status().code(),
            StatusCode::kInvalidArgument);
  EXPECT_EQ(ReadVisibleLevels(view, LumaRule::kRounded).status().code(),
            StatusCode::kInvalidArgument);
}

}  // namespace
}  // namespace seafusion::methods
