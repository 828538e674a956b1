#include "align/warp/warper.h"

#include <cmath>
#include <numeric>

#include <gtest/gtest.h>

#include "align/geometry/overlap.h"
#include "core/memory/image_buffer.h"

namespace seafusion::align {
namespace {

Rig RigOf(int iw, int ih, int vw, int vh, const Homography& map = {}) {
  Rig rig;
  rig.infrared.width = iw;
  rig.infrared.height = ih;
  rig.visible.width = vw;
  rig.visible.height = vh;
  rig.map.map = map;
  return rig;
}

template <typename T, typename F>
ImageBuffer Picture(int width, int height, PixelFormat format, F value) {
  ImageBuffer b = *ImageBuffer::Create(width, height, format);
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) {
      for (int c = 0; c < ChannelCount(format); ++c) {
        b.view().Row<T>(y)[x * ChannelCount(format) + c] = static_cast<T>(value(x, y) + 3 * c);
      }
    }
  }
  return b;
}

TEST(WarperTest, IdentityChangesNothing) {
  const Warper w = *Warper::Create(RigOf(61, 43, 61, 43));
  ASSERT_EQ(w.width(), 61);
  ASSERT_EQ(w.height(), 43);
  const auto picture = Picture<std::uint16_t>(61, 43, PixelFormat::kGray16,
                                              [](int x, int y) { return 1000 * x + 7 * y; });
  for (Source s : {Source::kInfrared, Source::kVisible}) {
    ImageBuffer out = *ImageBuffer::Create(61, 43, PixelFormat::kGray16);
    ASSERT_TRUE(w.Warp(s, picture.view(), out.view()).ok());
    for (int y = 0; y < 43; ++y) {
      for (int x = 0; x < 61; ++x) {
        ASSERT_EQ(out.view().Row<std::uint16_t>(y)[x], picture.view().Row<std::uint16_t>(y)[x]);
      }
    }
    EXPECT_TRUE(w.Covers(s));
  }
}

TEST(WarperTest, TheOverlapIsCutOutOfTheVisiblePicture) {
  // The infrared picture starts 10 right of and 6 below the visible one.
  const Warper w = *Warper::Create(RigOf(60, 40, 60, 40, {{1, 0, -10, 0, 1, -6, 0, 0, 1}}));
  ASSERT_EQ(w.width(), 50);
  ASSERT_EQ(w.height(), 34);
  const auto scene = [](int x, int y) { return 2 * x + 3 * y; };
  const auto visible = Picture<std::uint8_t>(60, 40, PixelFormat::kRgb8, scene);
  const auto infrared = Picture<std::uint8_t>(60, 40, PixelFormat::kRgb8,
                                              [&](int x, int y) { return scene(x + 10, y + 6); });
  ImageBuffer a = *ImageBuffer::Create(50, 34, PixelFormat::kRgb8), b = a;
  ASSERT_TRUE(w.Warp(Source::kVisible, visible.view(), a.view()).ok());
  ASSERT_TRUE(w.Warp(Source::kInfrared, infrared.view(), b.view()).ok());
  for (int y = 0; y < 34; ++y) {
    for (int i = 0; i < 150; ++i) {
      ASSERT_EQ(a.view().Row<std::uint8_t>(y)[i], b.view().Row<std::uint8_t>(y)[i])
          << i << "," << y;
    }
  }
  EXPECT_EQ(a.view().Row<std::uint8_t>(0)[0], scene(10, 6));
  EXPECT_NEAR(Distance(w.ToCanvas(Source::kVisible, {10, 6}), {0, 0}), 0, 1e-9);
  EXPECT_NEAR(Distance(w.ToCanvas(Source::kInfrared, {5, 7}), {5, 7}), 0, 1e-9);
  EXPECT_NEAR(Distance(w.FromCanvas(Source::kVisible, {1, 2}), {11, 8}), 0, 1e-9);
}

TEST(WarperTest, TakesTheFinerCamerasPixels) {
  // Twice as many infrared pixels on the same field.
  const Homography twice = *ScalingOfPixels(0.5, 0.5).Inverse();
  const Warper w = *Warper::Create(RigOf(120, 80, 60, 40, twice));
  EXPECT_GE(w.width(), 117);
  const Warper v = *Warper::Create(RigOf(60, 40, 120, 80, ScalingOfPixels(0.5, 0.5)));
  EXPECT_GE(v.width(), 117);
  EXPECT_LE(v.width(), 120);
}

TEST(WarperTest, KeepsSixteenBitsBetweenEightBitLevels) {
  const Warper w =
      *Warper::Create(RigOf(80, 60, 160, 120, ScalingOfPixels(0.5, 0.5)), Canvas::kVisible);
  const auto raw = Picture<std::uint16_t>(80, 60, PixelFormat::kGray16,
                                          [](int x, int y) { return 21000 + 4 * x + 2 * y; });
  ImageBuffer out = *ImageBuffer::Create(160, 120, PixelFormat::kGray16);
  ASSERT_TRUE(w.Warp(Source::kInfrared, raw.view(), out.view()).ok());
  for (int y = 8; y < 112; y += 7) {
    for (int x = 8; x < 152; x += 5) {
      const double truth = 21000 + 4 * (x / 2.0 - 0.25) + 2 * (y / 2.0 - 0.25);
      ASSERT_NEAR(out.view().Row<std::uint16_t>(y)[x], truth, 1.1) << x << "," << y;
    }
  }
}

TEST(WarperTest, AveragesWhereItShrinks) {
  // A pattern of single pixels becomes gray; reading every third one would give stripes.
  for (double share : {0.2, 0.33, 0.41, 0.6}) {
    const int width = static_cast<int>(300 * share), height = static_cast<int>(240 * share);
    const Warper w = *Warper::Create(RigOf(width, height, 300, 240, ScalingOfPixels(share, share)),
                                     Canvas::kInfrared);
    const auto fine = Picture<std::uint8_t>(
        300, 240, PixelFormat::kGray8, [](int x, int y) { return (x + y) % 2 == 0 ? 0 : 200; });
    ImageBuffer out = *ImageBuffer::Create(width, height, PixelFormat::kGray8);
    ASSERT_TRUE(w.Warp(Source::kVisible, fine.view(), out.view()).ok());
    for (int y = 2; y < height - 2; ++y) {
      for (int x = 2; x < width - 2; ++x) {
        ASSERT_NEAR(out.view().Row<std::uint8_t>(y)[x], 100, 35) << share << ": " << x << "," << y;
      }
    }
  }
}

TEST(WarperTest, TurnsFlipsAndCropsExactly) {
  Rig rig = RigOf(40, 30, 30, 40);
  rig.visible.rotation = 90;  // its upright picture is 40x30
  rig.infrared.flip_horizontal = true;
  const auto scene = [](int x, int y) { return 5 * x + 3 * y; };  // upright
  const auto visible = Picture<std::uint8_t>(30, 40, PixelFormat::kGray8, [&](int x, int y) {
    // Turned clockwise, the pixel (x, y) of 30x40 comes to (39 - y, x).
    return scene(39 - y, x);
  });
  const auto infrared = Picture<std::uint8_t>(40, 30, PixelFormat::kGray8,
                                              [&](int x, int y) { return scene(39 - x, y); });
  const Warper w = *Warper::Create(rig);
  ASSERT_EQ(w.width(), 40);
  ASSERT_EQ(w.height(), 30);
  for (const auto& [source, picture] :
       {std::pair{Source::kVisible, &visible}, {Source::kInfrared, &infrared}}) {
    ImageBuffer out = *ImageBuffer::Create(40, 30, PixelFormat::kGray8);
    ASSERT_TRUE(w.Warp(source, picture->view(), out.view()).ok());
    for (int y = 0; y < 30; ++y) {
      for (int x = 0; x < 40; ++x) {
        ASSERT_EQ(out.view().Row<std::uint8_t>(y)[x], scene(x, y) & 255) << x << "," << y;
      }
    }
  }
}

TEST(WarperTest, ShowsOneCameraWhereTheOtherSeesNothing) {
  // The infrared camera sees the middle.
  const Warper w = *Warper::Create(RigOf(100, 80, 160, 120, {{1, 0, -30, 0, 1, -20, 0, 0, 1}}),
                                   Canvas::kVisible);
  ASSERT_EQ(w.width(), 160);
  EXPECT_TRUE(w.Covers(Source::kVisible));
  EXPECT_FALSE(w.Covers(Source::kInfrared));
  const auto visible =
      Picture<std::uint8_t>(160, 120, PixelFormat::kRgb8, [](int, int) { return 90; });
  ImageBuffer fused =
      Picture<std::uint8_t>(160, 120, PixelFormat::kRgb8, [](int, int) { return 200; });
  ASSERT_TRUE(w.ShowAlone(Source::kVisible, visible.view(), {0, 1.0f / 255}, fused.view()).ok());
  const auto at = [&](int x, int y) { return fused.view().Row<std::uint8_t>(y)[3 * x]; };
  EXPECT_EQ(at(5, 5), 90);
  EXPECT_EQ(at(29, 60), 90);
  EXPECT_EQ(at(80, 60), 200);
  // From one to the other without a jump, and nothing darker than both.
  for (int x = 1; x < 160; ++x) {
    EXPECT_LE(std::abs(at(x, 60) - at(x - 1, 60)), 12);
    EXPECT_GE(at(x, 60), 90);
  }
  // Warped beyond its field, the infrared edge is repeated: no dark seam there either.
  const auto hot =
      Picture<std::uint8_t>(100, 80, PixelFormat::kGray8, [](int, int) { return 150; });
  ImageBuffer warped = *ImageBuffer::Create(160, 120, PixelFormat::kGray8);
  ASSERT_TRUE(w.Warp(Source::kInfrared, hot.view(), warped.view()).ok());
  for (int y = 0; y < 120; ++y) {
    for (int x = 0; x < 160; ++x) ASSERT_EQ(warped.view().Row<std::uint8_t>(y)[x], 150);
  }
}

TEST(WarperTest, LabelsKeepTheirValues) {
  const Warper w = *Warper::Create(
      RigOf(100, 80, 160, 120, {{0.9, 0.1, -20, -0.1, 0.9, -5, 0, 0, 1}}), Canvas::kVisible);
  const auto labels = Picture<std::uint8_t>(100, 80, PixelFormat::kGray8,
                                            [](int x, int) { return x < 50 ? 1 : 8; });
  ImageBuffer out = *ImageBuffer::Create(160, 120, PixelFormat::kGray8);
  ASSERT_TRUE(w.WarpLabels(Source::kInfrared, labels.view(), 255, out.view()).ok());
  int seen = 0;
  for (int y = 0; y < 120; ++y) {
    for (int x = 0; x < 160; ++x) {
      const int v = out.view().Row<std::uint8_t>(y)[x];
      ASSERT_TRUE(v == 1 || v == 8 || v == 255) << v;
      const Point p = w.FromCanvas(Source::kInfrared, {1.0 * x, 1.0 * y});
      if (p.x > 1 && p.y > 1 && p.x < 48 && p.y < 78) {
        ASSERT_EQ(v, 1);
        ++seen;
      }
    }
  }
  EXPECT_GT(seen, 1000);
  EXPECT_EQ(out.view().Row<std::uint8_t>(119)[0], 255);
}

TEST(WarperTest, NamesWhatDoesNotFit) {
  const Status apart =
      Warper::Create(RigOf(100, 80, 100, 80, {{1, 0, -90, 0, 1, 0, 0, 0, 1}})).status();
  EXPECT_EQ(apart.code(), StatusCode::kInvalidArgument);
  EXPECT_NE(apart.message().find("10x80"), std::string::npos) << apart.message();
  EXPECT_FALSE(Warper::Create(RigOf(100, 80, 100, 80, {{1, 0, -900, 0, 1, 0, 0, 0, 1}})).ok());
  const Warper w = *Warper::Create(RigOf(100, 80, 100, 80));
  ImageBuffer small = *ImageBuffer::Create(99, 80, PixelFormat::kGray8);
  ImageBuffer right = *ImageBuffer::Create(100, 80, PixelFormat::kGray8);
  ImageBuffer wide = *ImageBuffer::Create(100, 80, PixelFormat::kGray16);
  EXPECT_NE(w.Warp(Source::kVisible, small.view(), right.view()).message().find("99x80"),
            std::string::npos);
  EXPECT_FALSE(w.Warp(Source::kVisible, right.view(), small.view()).ok());
  EXPECT_FALSE(w.Warp(Source::kVisible, right.view(), wide.view()).ok());
  EXPECT_FALSE(w.ShowAlone(Source::kVisible, small.view(), {0, 1}, right.view()).ok());
}

TEST(LargestRectangleTest, FitsTheRegion) {
  const PixelRectangle all = LargestRectangle(640, 480, [](int, int) { return true; });
  EXPECT_EQ(all.width, 640);
  EXPECT_EQ(all.height, 480);
  EXPECT_EQ(LargestRectangle(640, 480, [](int, int) { return false; }).width, 0);
  const PixelRectangle box = LargestRectangle(
      641, 333, [](int x, int y) { return x >= 101 && x < 407 && y >= 33 && y < 300; });
  EXPECT_EQ(box.x, 101);
  EXPECT_EQ(box.y, 33);
  EXPECT_EQ(box.width, 306);
  EXPECT_EQ(box.height, 267);
  // In a disc, a square: sides of radius * sqrt 2, to a few pixels.
  const auto disc = [](int x, int y) { return std::hypot(x - 300, y - 300) <= 200; };
  const PixelRectangle square = LargestRectangle(600, 600, disc);
  EXPECT_NEAR(square.width * square.height, 80000, 2500);
  for (int x : {square.x, square.x + square.width - 1}) {
    for (int y : {square.y, square.y + square.height - 1}) EXPECT_TRUE(disc(x, y));
  }
}

TEST(WarperTest, ACorrectionMovesWhatTheOtherCameraShowsAndKeepsTheCanvas) {
  const auto scene = [](int x, int y) { return 2 * x + 3 * y; };
  const Homography drift{{1, 0, 4, 0, 1, -2, 0, 0, 1}};
  // A visible base, and an infrared one: there the infrared camera has more pixels.
  for (const double zoom : {1.0, 1.25}) {
    const Rig rig = RigOf(60, 40, 60, 40, {{zoom, 0, -4 * zoom, 0, zoom, -3 * zoom, 0, 0, 1}});
    const Warper plain = *Warper::Create(rig);
    const auto corrected = plain.Corrected(drift);
    ASSERT_TRUE(corrected.ok()) << corrected.status().message();
    EXPECT_EQ(corrected->width(), plain.width());
    EXPECT_EQ(corrected->height(), plain.height());
    EXPECT_NEAR(plain.infrared_scale(), 1, 1e-6);
    for (const Source source : {Source::kInfrared, Source::kVisible}) {
      const Point p{20, 15}, pixel = corrected->FromCanvas(source, p);
      EXPECT_LE(Distance(corrected->ToCanvas(source, pixel), p), 1e-6);
      const auto picture = Picture<std::uint16_t>(60, 40, PixelFormat::kGray16, scene);
      ImageBuffer out = *ImageBuffer::Create(plain.width(), plain.height(), PixelFormat::kGray16);
      ASSERT_TRUE(corrected->Warp(source, picture.view(), out.view()).ok());
      EXPECT_NEAR(out.view().Row<std::uint16_t>(15)[20], 2 * pixel.x + 3 * pixel.y, 1);
    }
    // What one visible pixel shows lies where the drift put it in the uncorrected infrared one.
    const Point visible = corrected->FromCanvas(Source::kVisible, {20, 15});
    const Point moved = drift.Apply(plain.ToCanvas(Source::kVisible, visible));
    EXPECT_LE(Distance(plain.FromCanvas(Source::kInfrared, moved),
                       corrected->FromCanvas(Source::kInfrared, {20, 15})),
              1e-6);
    EXPECT_FALSE(plain.Corrected({{1, 0, 30, 0, 1, 0, 0, 0, 1}}).ok());
    EXPECT_FALSE(plain.Corrected({{0, 0, 0, 0, 0, 0, 0, 0, 0}}).ok());
  }
}

}  // namespace
}  // namespace seafusion::align
