#include "align/place/on_canvas.h"

#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <utility>

#include <gtest/gtest.h>

namespace seafusion::align {
namespace {

Rig PlacingRig(int ir_width, int ir_height, int vi_width, int vi_height, const Homography& map) {
  Rig rig;
  rig.infrared.width = ir_width;
  rig.infrared.height = ir_height;
  rig.visible.width = vi_width;
  rig.visible.height = vi_height;
  rig.map.map = map;
  return rig;
}

// An infrared camera of 60x40 that sees the middle half of 120x80 visible pixels, 1.5 px each.
Warper MiddleWarper(Canvas canvas) {
  return *Warper::Create(PlacingRig(60, 40, 120, 80, {{0.75, 0, -15.5, 0, 0.75, -10.25, 0, 0, 1}}),
                         canvas);
}

template <typename T, typename Value>
ImageBuffer Drawn(int width, int height, PixelFormat format, const Value& value) {
  ImageBuffer image = *ImageBuffer::Create(width, height, format);
  const int channels = ChannelCount(format);
  for (int y = 0; y < height; ++y) {
    for (int i = 0; i < width * channels; ++i) {
      image.view().Row<T>(y)[i] = static_cast<T>(value(i / channels, y));
    }
  }
  return image;
}

TEST(OnCanvasTest, WhatShowsNothingIsNotMixedIntoWhatDoes) {
  // Counts of 21000 with a gap of zeros, as warped pictures have it.
  const ImageBuffer raw = Drawn<std::uint16_t>(60, 40, PixelFormat::kGray16, [](int x, int y) {
    return x > 20 && x < 33 && y > 10 && y < 27 ? 0 : 21000 + 3 * x + y;
  });
  for (const Canvas canvas : {Canvas::kVisible, Canvas::kOverlap}) {
    const Warper warper = MiddleWarper(canvas);
    const auto placed = OnCanvas(warper, Source::kInfrared, raw.view());
    ASSERT_TRUE(placed.ok()) << placed.status().message();
    int gap = 0;
    for (int y = 0; y < placed->height(); ++y) {
      for (int x = 0; x < placed->width(); ++x) {
        const int v = placed->view().Row<std::uint16_t>(y)[x];
        if (v == 0) ++gap;
        ASSERT_TRUE(v == 0 || (v > 20990 && v < 21230)) << x << "," << y << ": " << v;
      }
    }
    // 12 x 16 pixels of 4/3, and the reach of the interpolation around them.
    EXPECT_GE(gap, 16 * 21);
    EXPECT_LE(gap, 24 * 29);
  }
}

TEST(OnCanvasTest, BoxesGoAlongWithTheirPictures) {
  const Warper visible = MiddleWarper(Canvas::kVisible);
  // The infrared picture's left edge at -0.5 is at 20 of the visible one's, its right at 100.
  const auto all = BoxOnCanvas(visible, Source::kInfrared, {0, 0, 60, 40});
  ASSERT_TRUE(all);
  EXPECT_NEAR(all->left, 20.5, 1e-6);
  EXPECT_NEAR(all->right, 100.5, 1e-6);
  EXPECT_NEAR(all->bottom - all->top, 40 / 0.75, 1e-6);
  const auto same = BoxOnCanvas(visible, Source::kVisible, {3, 4, 50, 60});
  ASSERT_TRUE(same);
  EXPECT_NEAR(same->left, 3, 1e-9);
  EXPECT_NEAR(same->bottom, 60, 1e-9);
  // Cut at the canvas, or gone where too little of it is left.
  const Warper overlap = MiddleWarper(Canvas::kOverlap);
  const auto cut = BoxOnCanvas(overlap, Source::kVisible, {0, 20, 60, 60});
  ASSERT_TRUE(cut);
  EXPECT_EQ(cut->left, 0);
  EXPECT_LT(cut->right, 60);
  EXPECT_FALSE(BoxOnCanvas(overlap, Source::kVisible, {0, 20, 24, 60}));
  EXPECT_FALSE(BoxOnCanvas(overlap, Source::kVisible, {0, 0, 15, 9}));
}

TEST(OnCanvasTest, ShowsWhatOneCameraSeesInWhateverFormat) {
  const Warper warper = MiddleWarper(Canvas::kVisible);
  const ImageBuffer visible =
      Drawn<std::uint8_t>(120, 80, PixelFormat::kRgb8, [](int, int) { return 90; });
  const ImageBuffer floats =
      Drawn<float>(120, 80, PixelFormat::kGrayF32, [](int, int) { return 0.5; });
  for (const PixelFormat format : {PixelFormat::kRgb8, PixelFormat::kGray8, PixelFormat::kGray16}) {
    ImageBuffer fused =
        BytesPerSample(format) == 2
            ? Drawn<std::uint16_t>(120, 80, format, [](int, int) { return 200 * 257; })
            : Drawn<std::uint8_t>(120, 80, format, [](int, int) { return 200; });
    ASSERT_TRUE(ShowWhatOneSees(warper, floats.view(), visible.view(), {}, fused.view()).ok());
    const auto at = [&](int x, int y) {
      const int i = x * ChannelCount(format);
      return BytesPerSample(format) == 2 ? fused.view().Row<std::uint16_t>(y)[i] / 257.0
                                         : fused.view().Row<std::uint8_t>(y)[i];
    };
    EXPECT_NEAR(at(3, 3), 90, 1);
    EXPECT_EQ(at(60, 40), 200);
    for (int x = 1; x < 120; ++x) EXPECT_LE(std::abs(at(x, 40) - at(x - 1, 40)), 12);
  }
  // Where only the infrared camera sees: by its range, and by its gain.
  const Warper other = *Warper::Create(
      PlacingRig(120, 80, 60, 40, {{4 / 3.0, 0, 20, 0, 4 / 3.0, 13, 0, 0, 1}}), Canvas::kInfrared);
  ASSERT_FALSE(other.Covers(Source::kVisible));
  const ImageBuffer warm = Drawn<std::uint16_t>(120, 80, PixelFormat::kGray16,
                                                [](int x, int) { return x < 60 ? 8000 : 9000; });
  FuseSettings settings;
  settings.infrared_range = {.kind = InfraredRange::Kind::kFixed, .lo = 8000, .hi = 9000};
  for (const auto gain : {InfraredGain::Kind::kLinear, InfraredGain::Kind::kPlateau}) {
    settings.infrared_gain.kind = gain;
    ImageBuffer fused =
        Drawn<std::uint8_t>(120, 80, PixelFormat::kRgb8, [](int, int) { return 77; });
    ASSERT_TRUE(ShowWhatOneSees(other, warm.view(), visible.view(), settings, fused.view()).ok());
    EXPECT_LT(fused.view().Row<std::uint8_t>(4)[3 * 5], 80);
    EXPECT_GT(fused.view().Row<std::uint8_t>(4)[3 * 115], 175);
    EXPECT_EQ(fused.view().Row<std::uint8_t>(40)[3 * 60], 77);
  }
}

}  // namespace
}  // namespace seafusion::align
