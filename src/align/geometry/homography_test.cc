#include "align/geometry/homography.h"

#include <cmath>

#include <gtest/gtest.h>

namespace seafusion::align {
namespace {

TEST(HomographyTest, RectangleGoesToQuad) {
  const Quad from = PictureCorners(101, 51);
  const Quad to{Point{3, -2}, {110, 6}, {95, 60}, {-4, 47}};
  const Homography h = RectangleToQuad(from, to);
  const Homography back = *h.Inverse();
  for (std::size_t i = 0; i < 4; ++i) {
    EXPECT_NEAR(Distance(h.Apply(from[i]), to[i]), 0, 1e-9);
    EXPECT_NEAR(Distance(back.Apply(to[i]), from[i]), 0, 1e-9);
  }
  EXPECT_NEAR(Distance((back * h).Apply({17, 23}), {17, 23}), 0, 1e-9);
  EXPECT_TRUE(h.TameOn(101, 51));
}

TEST(HomographyTest, ReducingKeepsTheOuterEdges) {
  // The picture's left edge is at -0.5, its right one at width - 0.5.
  const Homography h = ScalingOfPixels(0.25, 0.25);
  EXPECT_NEAR(h.Apply({-0.5, 0}).x, -0.5, 1e-12);
  EXPECT_NEAR(h.Apply({99.5, 0}).x, 24.5, 1e-12);
  EXPECT_NEAR(h.ScaleAt({10, 10}), 0.25, 1e-12);
}

TEST(HomographyTest, WhatCannotBeInvertedSaysSo) {
  EXPECT_FALSE((Homography{{1, 2, 0, 2, 4, 0, 0, 0, 1}}.Inverse()));
  EXPECT_FALSE((Homography{{0, 0, 0, 0, 0, 0, 0, 0, 0}}.Inverse()));
  EXPECT_FALSE((Homography{{std::nan(""), 0, 0, 0, 1, 0, 0, 0, 1}}.Inverse()));
  EXPECT_FALSE((Homography{{1, 0, 0, 0, 1, 0, -0.01, 0, 1}}.TameOn(200, 100)));
  EXPECT_TRUE((Homography{{-1, 0, 0, 0, -1, 0, 0, 0, -1}}.TameOn(200, 100)));
}

TEST(RadialLensTest, InvertUndoesApply) {
  const LensFrame frame = LensFrame::Of(640, 480);
  for (const RadialLens lens : {RadialLens{0.07, 0.01}, {-0.2, 0.05}, {0, 0}}) {
    ASSERT_TRUE(lens.Monotone());
    for (const Point p : {Point{0, 0}, {639, 479}, {319.5, 239.5}, {-20, 300}}) {
      EXPECT_NEAR(Distance(lens.Invert(lens.Apply(p, frame), frame), p), 0, 1e-9);
    }
  }
  // At a corner q is 1.
  EXPECT_NEAR(Distance((RadialLens{0.07, 0.01}.Apply({0, 0}, frame)), {0, 0}),
              0.08 * frame.half_diagonal, 1e-9);
  EXPECT_FALSE((RadialLens{-0.5, 0}.Monotone()));
  EXPECT_FALSE((RadialLens{std::nan(""), 0}.Monotone()));
}

TEST(RadialLensTest, IsTheSameInAReducedPicture) {
  const LensFrame frame = LensFrame::Of(640, 480), half = frame.Reduced(0.5);
  const Homography reduce = ScalingOfPixels(0.5, 0.5);
  const RadialLens lens{0.07, 0.01};
  const Point p{100, 50};
  EXPECT_NEAR(Distance(lens.Apply(reduce.Apply(p), half), reduce.Apply(lens.Apply(p, frame))), 0,
              1e-9);
}

}  // namespace
}  // namespace seafusion::align
