#include "synth/second_camera.h"

#include <cmath>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <opencv2/imgproc.hpp>

#include "align/rig/rig_file.h"
#include "synth/draw/camera_effects.h"

namespace seafusion::synth {
namespace {

SceneOptions TwoCameras(const InfraredCamera& infrared) {
  return {.width = 320, .height = 240, .seed = 5, .infrared_camera = infrared};
}

TEST(SecondCameraTest, TheRigIsOfThePinholesThatPaint) {
  const SceneOptions o = TwoCameras({.width = 160,
                                     .height = 120,
                                     .baseline = 0.2,
                                     .k1 = -0.1,
                                     .yaw = 1,
                                     .pitch = -0.5,
                                     .roll = 2});
  const auto rig = RigOfScenes(o);
  ASSERT_TRUE(rig.ok()) << rig.status().message();
  // A point of the world by hand: first in the infrared camera's axes, then through its lens.
  const double x = 1.5, y = 0.6, z = 12;  // right, down, ahead, in metres from the visible camera
  const Camera camera = VisibleCamera(o);
  const align::Point visible{camera.centre_x + camera.focal * x / z - 0.25,
                             camera.horizon_y + camera.focal * y / z - 0.25};
  const double a = CV_PI / 180, cx = x - 0.2;
  const double x1 = std::cos(a) * cx - std::sin(a) * z, z1 = std::sin(a) * cx + std::cos(a) * z;
  const double b = -0.5 * CV_PI / 180;
  const double y2 = std::cos(b) * y + std::sin(b) * z1, z2 = -std::sin(b) * y + std::cos(b) * z1;
  const double c = 2 * CV_PI / 180;
  const double u = (std::cos(c) * x1 + std::sin(c) * y2) / z2;
  const double v = (-std::sin(c) * x1 + std::cos(c) * y2) / z2;
  const double lens = 1 - 0.1 * (u * u + v * v);
  const double focal = camera.focal * 1.3 * 160 / 320;
  align::Rig at = *rig;
  at.distance = z2;
  const align::Point infrared = align::RigMap::Create(at)->InfraredFromVisible(visible);
  EXPECT_NEAR(infrared.x, 79.5 + focal * lens * u, 1e-6);
  EXPECT_NEAR(infrared.y, 59.5 + focal * lens * v, 1e-6);
  // It survives its file.
  const auto read = align::ParseRig(align::RigText(*rig));
  ASSERT_TRUE(read.ok()) << read.status().message();
  EXPECT_EQ(align::RigText(*read), align::RigText(*rig));
}

TEST(SecondCameraTest, WithoutParallaxTurnAndLensItSeesWhatTheOtherSees) {
  const SceneOptions o = TwoCameras({.width = 160, .height = 120, .field_ratio = 2, .baseline = 0});
  const auto rig = RigOfScenes(o);
  ASSERT_TRUE(rig.ok()) << rig.status().message();
  Canvas canvas(320, 240);
  // A warm square whose edges lie between visible pixels: painted points are samples of the sheet.
  canvas.Fill(Rectangle(129.75, 99.75, 189.75, 139.75), {{}, 200, {}});
  const cv::Mat heat = HeatThroughLens(canvas, o, *rig);
  const cv::Mat whole = HeatSeen(canvas);
  const auto map = align::RigMap::Create(*rig);
  for (const cv::Point p : {cv::Point(40, 40), {80, 60}, {100, 50}, {120, 90}}) {
    const align::Point at =
        map->VisibleFromInfrared({static_cast<double>(p.x), static_cast<double>(p.y)});
    EXPECT_NEAR(
        heat.at<float>(p),
        whole.at<float>(static_cast<int>(std::lround(at.y)), static_cast<int>(std::lround(at.x))),
        1)
        << p;
  }
  // The square's middle, by its warmth in both pictures and by the rig.
  const auto middle_of = [](const cv::Mat& m) {
    const cv::Moments warmth = cv::moments(m - 80);
    return align::Point{warmth.m10 / warmth.m00, warmth.m01 / warmth.m00};
  };
  const align::Point found = middle_of(heat), expected = map->InfraredFromVisible(middle_of(whole));
  EXPECT_NEAR(found.x, expected.x, 0.02);
  EXPECT_NEAR(found.y, expected.y, 0.02);
}

TEST(SecondCameraTest, NearThingsShiftAndFarOnesDoNot) {
  const SceneOptions still =
      TwoCameras({.width = 320, .height = 240, .field_ratio = 1.1, .baseline = 0});
  SceneOptions moved = still;
  moved.infrared_camera->baseline = 0.5;
  const auto a = RenderScene(still), b = RenderScene(moved);
  ASSERT_TRUE(a.ok() && b.ok()) << a.status().message() << b.status().message();
  EXPECT_EQ(a->infrared.width(), 320);
  EXPECT_EQ(a->visible.width(), 320);
  const auto difference = [&](int y0, int y1) {
    double sum = 0;
    for (int y = y0; y < y1; ++y) {
      for (int x = 0; x < 320; ++x) {
        sum += std::abs(a->infrared.view().Row<std::uint8_t>(y)[x] -
                        b->infrared.view().Row<std::uint8_t>(y)[x]);
      }
    }
    return sum / (320.0 * (y1 - y0));
  };
  // The sky, and what stands on the street.
  EXPECT_GT(difference(120, 240), 2 * difference(0, 20));
  // The visible picture does not know of the other camera's place.
  for (int y = 0; y < 240; ++y) {
    for (int x = 0; x < 3 * 320; ++x) {
      ASSERT_EQ(a->visible.view().Row<std::uint8_t>(y)[x],
                b->visible.view().Row<std::uint8_t>(y)[x]);
    }
  }
}

TEST(SecondCameraTest, RefusesCamerasThatCannotBe) {
  using ::testing::HasSubstr;
  EXPECT_FALSE(RigOfScenes({}).ok());
  for (const auto& [camera, part] : {std::pair{InfraredCamera{.width = 10}, "10x256"},
                                     {InfraredCamera{.field_ratio = 0.5}, "field ratio"},
                                     {InfraredCamera{.baseline = 3}, "baseline"},
                                     {InfraredCamera{.k1 = std::nan("")}, "k1"},
                                     {InfraredCamera{.roll = 90}, "roll"},
                                     {InfraredCamera{.yaw = 10}, "beyond the visible"}}) {
    const auto r = RenderScene(TwoCameras(camera));
    EXPECT_EQ(r.status().code(), StatusCode::kInvalidArgument) << part;
    EXPECT_THAT(r.status().message(), HasSubstr(part));
  }
}

}  // namespace
}  // namespace seafusion::synth
