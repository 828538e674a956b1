#include "align/geometry/calibration.h"

#include <cmath>

#include <gtest/gtest.h>

namespace seafusion::align {
namespace {

// A thermal camera with strong barrel distortion.
CameraCalibration Barrel() {
  return {511, 508, 312, 262, {-0.433, 0.19, -0.0015, 0.0012}};
}

TEST(CameraCalibrationTest, DirectionUndoesProject) {
  for (const std::vector<double>& distortion :
       {std::vector<double>{},
        {-0.433, 0.19, -0.0015, 0.0012},
        {0.1, -0.02, 0, 0, 0.01},
        {0.3, 0.1, 0.001, -0.001, 0.02, 0.25, 0.05, 0.01}}) {
    const CameraCalibration c{511, 508, 312, 262, distortion};
    ASSERT_TRUE(c.Validate().ok());
    for (const Point p : {Point{0, 0}, {639, 511}, {320, 10}, {312, 262}}) {
      const Point back = c.Project(c.Direction(p));
      EXPECT_NEAR(Distance(back, p), 0, 1e-5);
    }
  }
}

TEST(CameraCalibrationTest, FollowsTheFormulaOfBrownAndConrady) {
  // x = 0.5, y = -0.25: r2 = 0.3125; by hand.
  const Point p = Barrel().Project({0.5, -0.25});
  const double q = 0.3125, f = 1 - 0.433 * q + 0.19 * q * q;
  EXPECT_NEAR(p.x, 312 + 511 * (0.5 * f + 2 * -0.0015 * 0.5 * -0.25 + 0.0012 * (q + 0.5)), 1e-9);
  EXPECT_NEAR(p.y, 262 + 508 * (-0.25 * f + -0.0015 * (q + 0.125) + 2 * 0.0012 * 0.5 * -0.25),
              1e-9);
}

TEST(CameraCalibrationTest, ThereIsNothingBeyondTheFold) {
  const CameraCalibration c{500, 500, 320, 240, {-0.5, 0, 0, 0}};  // r (1 - r^2 / 2) turns at 0.816
  EXPECT_TRUE(std::isfinite(c.Project({0.8, 0}).x));
  EXPECT_TRUE(std::isnan(c.Project({0.9, 0}).x));
  EXPECT_TRUE(std::isnan(c.Direction({320 + 500 * 0.6, 240}).x));
}

TEST(CameraCalibrationTest, RefusesWhatIsNone) {
  EXPECT_FALSE((CameraCalibration{0, 500, 1, 1, {}}.Validate().ok()));
  EXPECT_FALSE((CameraCalibration{500, std::nan(""), 1, 1, {}}.Validate().ok()));
  EXPECT_FALSE((CameraCalibration{500, 500, 1, 1, {0, 0, 0}}.Validate().ok()));
  EXPECT_FALSE((CameraCalibration{500, 500, 1, 1, {INFINITY, 0, 0, 0}}.Validate().ok()));
}

TEST(ExtrinsicsTest, InverseUndoes) {
  const double c = std::cos(0.1), s = std::sin(0.1);
  const Extrinsics e{{c, -s, 0, s, c, 0, 0, 0, 1}, {0.05, -0.01, 0.002}};
  ASSERT_TRUE(e.Validate().ok());
  const Extrinsics twice = e.Inverse().Inverse();
  for (std::size_t i = 0; i < 3; ++i) EXPECT_NEAR(twice.translation[i], e.translation[i], 1e-12);
  EXPECT_NEAR(e.Inverse().translation[0], -(c * 0.05 + s * -0.01), 1e-12);
  EXPECT_FALSE((Extrinsics{{1, 0, 0, 0, 1, 0, 0, 0, -1}, {}}.Validate().ok()));
  EXPECT_FALSE((Extrinsics{{2, 0, 0, 0, 1, 0, 0, 0, 1}, {}}.Validate().ok()));
}

}  // namespace
}  // namespace seafusion::align
