#include "align/calibrate/board_calibration.h"

#include <cmath>
#include <cstdint>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/memory/image_buffer.h"
#include "core/seeded_noise.h"

namespace seafusion::align {
namespace {

using ::testing::HasSubstr;

// A board in the hand of somebody in front of two cameras, drawn through their lenses: every
// sample's ray is met with the board's plane, so that the truth is exact.
class DrawnBoard {
 public:
  DrawnBoard(const Rig& rig, const BoardPattern& pattern) : rig_(rig), pattern_(pattern) {
    infrared_ = Rays(rig.infrared);
    visible_ = Rays(rig.visible);
  }

  // The board's centre at (x, y, z) metres from the visible camera, tilted about its own axes.
  struct Pose {
    double x, y, z, tilt_x, tilt_y, roll;
  };

  ImageBuffer Picture(bool infrared, const Pose& pose) const {
    const Extrinsics still;
    const Extrinsics& e = infrared ? *rig_.visible_to_infrared : still;
    // The board's axes and origin in this camera's coordinates.
    const double ca = std::cos(pose.tilt_x), sa = std::sin(pose.tilt_x);
    const double cb = std::cos(pose.tilt_y), sb = std::sin(pose.tilt_y);
    const double cc = std::cos(pose.roll), sc = std::sin(pose.roll);
    const std::array<std::array<double, 3>, 3> axes{
        {{cb * cc, ca * sc + sa * sb * cc, sa * sc - ca * sb * cc},
         {-cb * sc, ca * cc - sa * sb * sc, sa * cc + ca * sb * sc},
         {sb, -sa * cb, ca * cb}}};
    std::array<std::array<double, 3>, 3> a;
    for (std::size_t i = 0; i < 3; ++i) a[i] = Turned(e, axes[i]);
    std::array<double, 3> o = Turned(e, {pose.x, pose.y, pose.z});
    for (std::size_t i = 0; i < 3; ++i) o[i] += e.translation[i];
    const double plane = a[2][0] * o[0] + a[2][1] * o[1] + a[2][2] * o[2];

    const RigCamera& camera = infrared ? rig_.infrared : rig_.visible;
    const std::vector<Point>& rays = infrared ? infrared_ : visible_;
    ImageBuffer out = *ImageBuffer::Create(camera.width, camera.height, PixelFormat::kGray8);
    SeededNoise noise(static_cast<std::uint64_t>(1000 * (pose.x + pose.y + 2)), infrared ? 1 : 0);
    std::size_t at = 0;
    for (int y = 0; y < camera.height; ++y) {
      for (int x = 0; x < camera.width; ++x) {
        double sum = 0;
        for (int k = 0; k < kSamples; ++k) {
          const Point d = rays[at++];
          const double t = plane / (a[2][0] * d.x + a[2][1] * d.y + a[2][2]);
          const double px = t * d.x - o[0], py = t * d.y - o[1], pz = t - o[2];
          sum += Shade(infrared, px * a[0][0] + py * a[0][1] + pz * a[0][2],
                       px * a[1][0] + py * a[1][1] + pz * a[1][2]);
        }
        out.view().Row<std::uint8_t>(y)[x] =
            static_cast<std::uint8_t>(sum / kSamples + noise.Between(-3, 3));
      }
    }
    return out;
  }

 private:
  static constexpr int kSide = 2, kSamples = kSide * kSide;  // rays a pixel

  static std::vector<Point> Rays(const RigCamera& camera) {
    std::vector<Point> rays;
    for (int y = 0; y < camera.height; ++y) {
      for (int x = 0; x < camera.width; ++x) {
        for (int k = 0; k < kSamples; ++k) {
          const int column = k % kSide, row = k / kSide;
          rays.push_back(camera.calibration->Direction(
              {x + (column + 0.5) / kSide - 0.5, y + (row + 0.5) / kSide - 0.5}));
        }
      }
    }
    return rays;
  }

  static std::array<double, 3> Turned(const Extrinsics& e, const std::array<double, 3>& v) {
    std::array<double, 3> r{};
    for (std::size_t i = 0; i < 3; ++i) {
      for (std::size_t j = 0; j < 3; ++j) r[i] += e.rotation[3 * i + j] * v[j];
    }
    return r;
  }

  // Black squares are warm: contrast is reversed for the thermal camera.
  double Shade(bool infrared, double u, double v) const {
    const double x = u / pattern_.square + (pattern_.columns + 1) / 2.0;
    const double y = v / pattern_.square + (pattern_.rows + 1) / 2.0;
    bool dark = false;
    if (pattern_.kind == BoardPattern::Kind::kChessboard) {
      const bool inside = x >= 0 && y >= 0 && x < pattern_.columns + 1 && y < pattern_.rows + 1;
      dark = inside && (static_cast<int>(x) + static_cast<int>(y)) % 2 == 0;
      if (x < -0.7 || y < -0.7 || x > pattern_.columns + 1.7 || y > pattern_.rows + 1.7) {
        return 110;  // beside the board
      }
    } else {
      const double fx = x - std::round(x), fy = y - std::round(y);
      const bool inside =
          x > 0.5 && y > 0.5 && x < pattern_.columns + 0.5 && y < pattern_.rows + 0.5;
      dark = inside && fx * fx + fy * fy < 0.09;
    }
    return infrared ? (dark ? 190 : 60) : (dark ? 30 : 220);
  }

  Rig rig_;
  BoardPattern pattern_;
  std::vector<Point> infrared_, visible_;
};

Rig TrueRig() {
  Rig rig;
  rig.infrared.width = 240;
  rig.infrared.height = 180;
  rig.infrared.calibration = CameraCalibration{.focal_x = 262,
                                               .focal_y = 260,
                                               .centre_x = 122,
                                               .centre_y = 87,
                                               .distortion = {-0.2, 0.03, 0, 0}};
  rig.visible.width = 320;
  rig.visible.height = 240;
  rig.visible.calibration = CameraCalibration{.focal_x = 301,
                                              .focal_y = 302,
                                              .centre_x = 158,
                                              .centre_y = 121,
                                              .distortion = {0.05, -0.02, 0, 0}};
  const double a = 0.03;
  rig.visible_to_infrared =
      Extrinsics{.rotation = {std::cos(a), 0, -std::sin(a), 0, 1, 0, std::sin(a), 0, std::cos(a)},
                 .translation = {-0.06, 0.01, 0.005}};
  return rig;
}

std::vector<DrawnBoard::Pose> Poses() {
  return {{0, 0, 0.5, 0.1, 0.1, 0},           {-0.10, -0.06, 0.5, 0.5, 0, 0.1},
          {0.09, -0.05, 0.55, 0, -0.5, 0},    {-0.09, 0.06, 0.55, -0.4, 0.3, 0},
          {0.08, 0.06, 0.5, 0.3, -0.3, -0.1}, {0, -0.07, 0.6, -0.5, 0, 0.2},
          {0.02, 0.07, 0.6, 0.2, 0.5, -0.2},  {-0.12, 0, 0.65, 0, -0.4, 0.1},
          {0.12, 0.02, 0.7, -0.3, 0.1, 0}};
}

// Of two rigs' maps over the infrared picture, at a distance; infrared pixels.
double MeanDifference(Rig a, Rig b, double distance) {
  a.distance = b.distance = distance;
  const RigMap one = *RigMap::Create(a), other = *RigMap::Create(b);
  double sum = 0;
  for (int j = 0; j < 7; ++j) {
    for (int i = 0; i < 9; ++i) {
      const Point visible{20 + 280 * i / 8.0, 15 + 210 * j / 6.0};
      sum += Distance(one.InfraredFromVisible(visible), other.InfraredFromVisible(visible));
    }
  }
  return sum / 63;
}

TEST(BoardCalibrationTest, FindsLensesAndPlacesOfTwoCameras) {
  const Rig truth = TrueRig();
  BoardPattern pattern{.columns = 7, .rows = 5, .square = 0.03};
  const DrawnBoard board(truth, pattern);
  auto calibrator = BoardCalibrator::Create(pattern);
  ASSERT_TRUE(calibrator.ok());
  int number = 0;
  for (const DrawnBoard::Pose& pose : Poses()) {
    const ImageBuffer ir = board.Picture(true, pose), vi = board.Picture(false, pose);
    ASSERT_TRUE(calibrator->Add(std::to_string(++number), ir.view(), vi.view()).ok());
  }
  // The same again says nothing new; a picture without a board nothing at all.
  const ImageBuffer ir = board.Picture(true, Poses()[0]), vi = board.Picture(false, Poses()[0]);
  ASSERT_TRUE(calibrator->Add("again", ir.view(), vi.view()).ok());
  const ImageBuffer none = *ImageBuffer::Create(240, 180, PixelFormat::kGray8);
  ASSERT_TRUE(calibrator->Add("none", none.view(), vi.view()).ok());
  EXPECT_FALSE(calibrator->views().back().in_infrared);
  EXPECT_TRUE(calibrator->views().back().in_visible);

  const auto found = calibrator->Calibrate();
  ASSERT_TRUE(found.ok()) << found.status().message();
  EXPECT_GE(found->used, 8);
  EXPECT_LE(found->infrared_residual, 0.2);
  EXPECT_LE(found->visible_residual, 0.2);
  EXPECT_NEAR(found->baseline, std::hypot(0.06, 0.01, 0.005), 0.002);
  EXPECT_NEAR(found->rig.infrared.calibration->focal_x, 262, 5);
  EXPECT_NEAR(found->rig.visible.calibration->focal_x, 301, 5);
  for (const double distance : {0.5, 2.0, 0.0}) {
    EXPECT_LE(MeanDifference(found->rig, truth, distance), 0.5) << distance;
  }
  EXPECT_FALSE(calibrator->views()[9].used);
  EXPECT_EQ(calibrator->views()[9].name, "again");
}

TEST(BoardCalibrationTest, FindsCircles) {
  BoardPattern pattern{
      .kind = BoardPattern::Kind::kCircles, .columns = 6, .rows = 4, .square = 0.04};
  const Rig truth = TrueRig();
  const DrawnBoard board(truth, pattern);
  const DrawnBoard::Pose pose{0, 0, 0.5, 0.2, 0.1, 0.05};
  for (const bool infrared : {true, false}) {
    const ImageBuffer picture = board.Picture(infrared, pose);
    const auto points = FindBoard(picture.view(), pattern);
    ASSERT_TRUE(points.ok()) << points.status().message();
    ASSERT_TRUE(points->has_value());
    EXPECT_EQ((*points)->size(), 24u);
  }
}

TEST(BoardCalibrationTest, SaysWhatIsMissing) {
  EXPECT_FALSE(BoardCalibrator::Create({.columns = 2}).ok());
  EXPECT_FALSE(BoardCalibrator::Create({.columns = 6, .rows = 6}).ok());
  EXPECT_FALSE(BoardCalibrator::Create({.square = 0}).ok());
  EXPECT_FALSE(BoardNamed("9x").has_value());
  EXPECT_FALSE(BoardNamed("9x6mm").has_value());
  EXPECT_EQ(BoardNamed("9x6")->rows, 6);
  auto calibrator = BoardCalibrator::Create({});
  ASSERT_TRUE(calibrator.ok());
  const ImageBuffer flat = *ImageBuffer::Create(80, 64, PixelFormat::kGray8);
  const ImageBuffer other = *ImageBuffer::Create(80, 60, PixelFormat::kGray8);
  ASSERT_TRUE(calibrator->Add("a.png", flat.view(), flat.view()).ok());
  EXPECT_THAT(calibrator->Add("b.png", flat.view(), other.view()).message(),
              HasSubstr("b.png: visible is 80x60"));
  EXPECT_THAT(calibrator->Calibrate().status().message(), HasSubstr("in 0 different places"));
}

}  // namespace
}  // namespace seafusion::align
