#include "fuse/rows/colour.h"

#include <gtest/gtest.h>

namespace seafusion {
namespace {

TEST(Colour, LumaWeightsAreBt601) {
  EXPECT_FLOAT_EQ(LumaOf({1, 0, 0}), 0.299f);
  EXPECT_FLOAT_EQ(LumaOf({0, 1, 0}), 0.587f);
  EXPECT_FLOAT_EQ(LumaOf({0, 0, 1}), 0.114f);
}

TEST(Colour, GrayHasNoChroma) {
  for (float v : {0.0f, 0.25f, 0.5f, 1.0f}) {
    const Chroma c = ChromaOf({v, v, v}, LumaOf({v, v, v}));
    EXPECT_NEAR(c.cr, 0.5f, 1e-6);
    EXPECT_NEAR(c.cb, 0.5f, 1e-6);
  }
}

TEST(Colour, KnownValueOfTheRoundedConstants) {
  const Rgb in{0.8f, 0.4f, 0.2f};
  const float y = LumaOf(in);  // 0.2392 + 0.2348 + 0.0228
  EXPECT_NEAR(y, 0.4968f, 1e-6);
  const Chroma c = ChromaOf(in, y);
  EXPECT_NEAR(c.cr, 0.713 * (0.8 - 0.4968) + 0.5, 1e-6);
  EXPECT_NEAR(c.cb, 0.564 * (0.2 - 0.4968) + 0.5, 1e-6);
  const Rgb out = RgbOf(y, c);
  EXPECT_NEAR(out.r, 0.4968 + 1.403 * (c.cr - 0.5), 1e-6);
  EXPECT_NEAR(out.g, 0.4968 - 0.714 * (c.cr - 0.5) - 0.344 * (c.cb - 0.5), 1e-6);
  EXPECT_NEAR(out.b, 0.4968 + 1.773 * (c.cb - 0.5), 1e-6);
}

TEST(Colour, ThereAndBackIsWithinOneEightBitLevel) {
  for (int r = 0; r <= 255; r += 15) {
    for (int g = 0; g <= 255; g += 15) {
      for (int b = 0; b <= 255; b += 15) {
        const Rgb in{static_cast<float>(r) / 255, static_cast<float>(g) / 255,
                     static_cast<float>(b) / 255};
        const float y = LumaOf(in);
        const Rgb out = RgbOf(y, ChromaOf(in, y));
        EXPECT_NEAR(out.r, in.r, 1.0 / 255);
        EXPECT_NEAR(out.g, in.g, 1.0 / 255);
        EXPECT_NEAR(out.b, in.b, 1.0 / 255);
      }
    }
  }
}

TEST(Colour, RgbStaysInRange) {
  const Rgb c = RgbOf(1.0f, {1.0f, 0.0f});
  EXPECT_EQ(c.r, 1.0f);
  EXPECT_GE(c.g, 0.0f);
  EXPECT_GE(c.b, 0.0f);
}

}  // namespace
}  // namespace seafusion
