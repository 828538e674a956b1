#include "align/rig/rig.h"

#include <cmath>

#include <gtest/gtest.h>

namespace seafusion::align {
namespace {

Rig Calibrated(double distance) {
  Rig rig;
  rig.infrared.width = 640;
  rig.infrared.height = 512;
  rig.infrared.calibration = CameraCalibration{511, 508, 312, 262, {-0.43, 0.19, 0, 0}};
  rig.visible.width = 960;
  rig.visible.height = 600;
  rig.visible.calibration = CameraCalibration{680, 678, 488, 305, {-0.14, 0.08, 0, 0}};
  rig.visible_to_infrared = Extrinsics{{1, 0, 0, 0, 1, 0, 0, 0, 1}, {0.05, 0, 0.01}};
  rig.distance = distance;
  return rig;
}

TEST(RigCameraTest, UprightPixelsAreWhereTheyShouldBe) {
  // The pixel (11, 22) of a crop of 30x40 at (10, 20) is at (1, 2) of the crop.
  RigCamera c{
      .width = 100, .height = 90, .crop_x = 10, .crop_y = 20, .crop_width = 30, .crop_height = 40};
  const Point pixel{11, 22};
  const auto at = [&](double x, double y) {
    ASSERT_TRUE(c.Validate().ok());
    EXPECT_NEAR(Distance(c.ToUpright().Apply(pixel), {x, y}), 0, 1e-12)
        << c.rotation << " " << c.flip_horizontal << c.flip_vertical;
  };
  at(1, 2);
  c.rotation = 90;
  EXPECT_EQ(c.upright_width(), 40);
  EXPECT_EQ(c.upright_height(), 30);
  at(39 - 2, 1);  // clockwise: the top row becomes the right column
  c.rotation = 180;
  at(28, 37);
  c.rotation = 270;
  at(2, 29 - 1);
  c.rotation = 0;
  c.flip_horizontal = true;
  at(28, 2);
  c.flip_vertical = true;
  at(28, 37);
  c.rotation = 90;
  at(39 - 37, 28);
}

TEST(RigTest, FlirsNumbersPlaceTheInfraredPicture) {
  // A quarter of the visible width on each side lies beyond; its middle is 14 right, 14 up.
  const auto rig = RigFromFlir(240, 320, 480, 640, 2.0, 14, -14);
  ASSERT_TRUE(rig.ok()) << rig.status().message();
  const RigMap map = *RigMap::Create(*rig);
  EXPECT_NEAR(Distance(map.VisibleFromInfrared({119.5, 159.5}), {239.5 + 14, 319.5 - 14}), 0, 1e-9);
  const Point left = map.VisibleFromInfrared({-0.5, 159.5}),
              right = map.VisibleFromInfrared({239.5, 159.5});
  EXPECT_NEAR(right.x - left.x, 240, 1e-9);
  EXPECT_FALSE(RigFromFlir(240, 320, 480, 640, 0, 0, 0).ok());
  EXPECT_FALSE(RigFromFlir(240, 320, 480, 640, 1, NAN, 0).ok());
}

TEST(RigTest, BothWaysOfAMapUndoEachOther) {
  Rig plain;
  plain.infrared.width = 320;
  plain.infrared.height = 240;
  plain.visible.width = 640;
  plain.visible.height = 480;
  plain.map = {{{0.55, 0.01, -8, -0.01, 0.55, 3, 1e-5, 0, 1}}, {0.06, 0.01}};
  plain.parallax = Parallax{40, 2};
  plain.distance = 8;
  for (const Rig& rig : {plain, Calibrated(0), Calibrated(3)}) {
    const auto map = RigMap::Create(rig);
    ASSERT_TRUE(map.ok()) << map.status().message();
    for (const Point p : {Point{30, 20}, {160, 120}, {290, 200}}) {
      EXPECT_NEAR(Distance(map->InfraredFromVisible(map->VisibleFromInfrared(p)), p), 0, 1e-5);
    }
  }
}

TEST(RigTest, ParallaxGrowsAsThingsComeNear) {
  Rig rig;
  rig.infrared.width = rig.visible.width = 320;
  rig.infrared.height = rig.visible.height = 240;
  rig.parallax = Parallax{50, 0};
  EXPECT_NEAR(RigMap::Create(rig)->InfraredFromVisible({100, 100}).x, 100, 1e-9);
  rig.distance = 10;
  EXPECT_NEAR(RigMap::Create(rig)->InfraredFromVisible({100, 100}).x, 105, 1e-9);

  // Calibrated: b f / z, with the baseline of 5 cm.
  Rig far = Calibrated(0), near = Calibrated(5);
  for (Rig* r : {&far, &near}) {
    r->infrared.calibration->distortion.clear();
    r->visible.calibration->distortion.clear();
    r->visible_to_infrared->translation = {0.05, 0, 0};
  }
  const Point p{488, 305};
  EXPECT_NEAR(RigMap::Create(near)->InfraredFromVisible(p).x -
                  RigMap::Create(far)->InfraredFromVisible(p).x,
              511 * 0.05 / 5, 1e-6);
}

TEST(RigTest, RefusesWhatCannotBe) {
  Rig good;
  good.infrared.width = good.visible.width = 320;
  good.infrared.height = good.visible.height = 240;
  ASSERT_TRUE(good.Validate().ok());
  const auto fails = [&](auto change, const char* says) {
    Rig rig = good;
    change(rig);
    const Status s = rig.Validate();
    EXPECT_EQ(s.code(), StatusCode::kInvalidArgument);
    EXPECT_NE(s.message().find(says), std::string::npos) << s.message();
  };
  fails([](Rig& r) { r.infrared.width = 1; }, "infrared: size 1x240");
  fails([](Rig& r) { r.visible.height = 40000; }, "visible: size");
  fails([](Rig& r) { r.visible.rotation = 45; }, "rotation 45");
  fails([](Rig& r) { r.visible.crop_width = 321, r.visible.crop_height = 10; }, "does not lie in");
  fails(
      [](Rig& r) {
        r.visible.crop_x = 2147483647, r.visible.crop_width = 2, r.visible.crop_height = 2;
      },
      "does not lie in");
  fails([](Rig& r) { r.map.map.m[6] = -0.01; }, "horizon");
  fails([](Rig& r) { r.map.map.m[4] = 0; }, "inverted");
  fails([](Rig& r) { r.map.map.m[0] = NAN; }, "horizon");
  fails([](Rig& r) { r.map.map.m = {1e-5, 0, 0, 0, 1e-5, 0, 0, 0, 1}; }, "scales by");
  fails([](Rig& r) { r.map.lens.k1 = -1; }, "folds");
  fails([](Rig& r) { r.distance = 3; }, "parallax");
  fails([](Rig& r) { r.distance = -1; }, "distance");
  fails([](Rig& r) { r.visible_to_infrared = Extrinsics{}; }, "calibration of both");
  fails([](Rig& r) { r.origin.confidence = 1.5; }, "confidence");
}

}  // namespace
}  // namespace seafusion::align
