#include "align/rig/rig_file.h"

#include <filesystem>
#include <string>

#include <gtest/gtest.h>

namespace seafusion::align {
namespace {

Rig Full() {
  Rig rig;
  rig.infrared = {.width = 640,
                  .height = 512,
                  .crop_x = 3,
                  .crop_y = 4,
                  .crop_width = 600,
                  .crop_height = 500,
                  .flip_vertical = true,
                  .rotation = 270};
  rig.visible = {.width = 1920, .height = 1080, .flip_horizontal = true, .flip_vertical = true};
  rig.model = TransformModel::kHomographyLens;
  rig.map = {{{0.31, 0.001, -20.1, -0.002, 0.3, 7.7 / 3, 1e-6, -2e-6, 1}}, {0.071, -0.003}};
  rig.parallax = Parallax{41.5, -2};
  rig.distance = 12;
  rig.origin = {.method = RigMethod::kRegistration,
                .when = "2026-03-01T12:00:00Z",
                .frames = 8,
                .confidence = 0.93,
                .expected_error_px = 2.25,
                .note = "roof \"east\"\n\xff"};
  return rig;
}

const char* const kSmall = R"({"seafusion_rig": 1,
  "infrared": {"width": 320, "height": 240}, "visible": {"width": 640, "height": 480},
  "transform": {"visible_to_infrared": [0.5, 0, 0, 0, 0.5, 0, 0, 0, 1]}})";

TEST(RigFileTest, ReadsBackWhatItWrote) {
  const std::string text = RigText(Full());
  const auto rig = ParseRig(text);
  ASSERT_TRUE(rig.ok()) << rig.status().message();
  EXPECT_EQ(rig->map.map.m, Full().map.map.m);  // to the last bit
  EXPECT_EQ(rig->map.lens.k1, 0.071);
  EXPECT_EQ(rig->infrared.crop_width, 600);
  EXPECT_EQ(rig->infrared.rotation, 270);
  EXPECT_TRUE(rig->infrared.flip_vertical);
  EXPECT_FALSE(rig->infrared.flip_horizontal);
  EXPECT_EQ(rig->distance, 12);
  EXPECT_EQ(*rig->origin.confidence, 0.93);
  EXPECT_EQ(RigText(*rig), text);

  Rig calibrated = Full();
  calibrated.map = {};
  calibrated.parallax.reset();
  calibrated.infrared.calibration =
      CameraCalibration{511.1, 508.2, 311.8, 261.5, {-0.43, 0.19, 0, 0}};
  calibrated.visible.calibration = CameraCalibration{680.1, 678.0, 960, 540, {}};
  calibrated.visible_to_infrared = Extrinsics{{1, 0, 0, 0, 1, 0, 0, 0, 1}, {0.025, 0, 0.0017}};
  calibrated.origin.method = RigMethod::kCalibration;
  const auto again = ParseRig(RigText(calibrated));
  ASSERT_TRUE(again.ok()) << again.status().message();
  EXPECT_EQ(RigText(*again), RigText(calibrated));
  EXPECT_EQ(again->infrared.calibration->distortion.size(), 4u);
}

TEST(RigFileTest, TakesTheLeastThatSaysEverything) {
  const auto rig = ParseRig(kSmall);
  ASSERT_TRUE(rig.ok()) << rig.status().message();
  EXPECT_EQ(rig->visible.upright_width(), 640);
  EXPECT_EQ(rig->model, TransformModel::kHomography);
  EXPECT_FALSE(rig->origin.confidence);
}

struct Broken {
  const char* from;
  const char* to;
  const char* says;
  StatusCode code = StatusCode::kCorruptData;
};

TEST(RigFileTest, NamesWhatIsWrong) {
  for (const Broken& b : {
           Broken{"{\"seafusion_rig\": 1,", "{", "seafusion_rig is missing"},
           {"\"seafusion_rig\": 1", "\"seafusion_rig\": 2", "version 2", StatusCode::kUnsupported},
           {"\"seafusion_rig\": 1", "\"seafusion_rig\": 0", "at least 1"},
           {"\"seafusion_rig\": 1", "\"seafusion_rig\": \"1\"",
            "seafusion_rig must be a whole number"},
           {"\"seafusion_rig\": 1", "\"seafusion_rig\": 1, \"colour\": 3",
            "unknown member \"colour\""},
           {"320", "320.5", "infrared.width must be a whole number"},
           {"320", "1e300", "infrared.width must be a whole number"},
           {"320", "-320", "infrared: size -320x240"},
           {"320", "99999999999999999999", "infrared.width must be a whole number"},
           {"\"height\": 240", "\"hieght\": 240", "unknown member \"hieght\""},
           {"\"height\": 240", "\"height\": 240, \"rotation\": 45", "rotation 45"},
           {"\"height\": 240", "\"height\": 240, \"flip\": \"up\"", "infrared.flip"},
           {"\"height\": 240", "\"height\": 240, \"crop\": [0, 0, 400, 10]", "does not lie in"},
           {"\"height\": 240", "\"height\": 240, \"crop\": [0, 0, 1e99, 10]", "whole numbers"},
           {"\"height\": 240",
            "\"height\": 240, \"calibration\": {\"focal\": [1, 0], \"centre\": [1, 1]}",
            "focal lengths"},
           {"[0.5, 0, 0, 0, 0.5, 0, 0, 0, 1]", "[0.5, 0, 0]", "list of 9 numbers"},
           {"[0.5, 0, 0, 0, 0.5, 0, 0, 0, 1]", "[0.5, 0, 0, 0, \"x\", 0, 0, 0, 1]",
            "list of 9 numbers"},
           {"[0.5, 0, 0, 0, 0.5, 0, 0, 0, 1]", "[0, 0, 0, 0, 0, 0, 0, 0, 0]", "homography"},
           {"[0.5, 0, 0, 0, 0.5, 0, 0, 0, 1]", "[0.5, 0, 0, 0, 1e999, 0, 0, 0, 1]",
            "a number that is too large"},
           {"\"transform\": {", "\"transform\": {\"model\": \"cubic\", ",
            "transform.model \"cubic\""},
           {"\"transform\": {", "\"transform\": {\"distance\": 4, ", "parallax"},
           {"\"transform\": {", "\"transform\": {\"lens\": [-3, 0], ", "folds"},
           {"\"visible\": {\"width\": 640, \"height\": 480}", "\"visible\": 7",
            "visible must be an object"},
           {"\"transform\"", "\"transfrom\"", "unknown member"},
           {"}})", "}", "no JSON"},
       }) {
    std::string text = kSmall;
    const std::size_t at = text.find(b.from);
    if (at == std::string::npos) {
      text.resize(text.size() / 2);
    } else {
      text.replace(at, std::string(b.from).size(), b.to);
    }
    const auto rig = ParseRig(text);
    ASSERT_FALSE(rig.ok()) << b.to;
    EXPECT_EQ(rig.status().code(), b.code) << b.to << ": " << rig.status().message();
    EXPECT_NE(rig.status().message().find(b.says), std::string::npos) << rig.status().message();
  }
}

TEST(RigFileTest, HostileTextsAreErrors) {
  std::string deep;
  for (int i = 0; i < 200000; ++i) deep += "[";
  for (const std::string& text :
       {std::string(), std::string("null"), std::string("[]"), deep, std::string("{\"a\":"),
        std::string("\0\0\0", 3), std::string("{\"\x1b[31m\": 1}")}) {
    const auto rig = ParseRig(text);
    ASSERT_FALSE(rig.ok());
    EXPECT_EQ(rig.status().code(), StatusCode::kCorruptData);
    EXPECT_EQ(rig.status().message().find('\x1b'), std::string::npos);
  }
}

TEST(RigFileTest, FilesAreNamed) {
  const std::string path = testing::TempDir() + "rig_file_test.json";
  std::filesystem::remove(path);
  ASSERT_TRUE(WriteRig(path, Full(), IfExists::kFail).ok());
  EXPECT_EQ(WriteRig(path, Full(), IfExists::kFail).code(), StatusCode::kAlreadyExists);
  const auto rig = ReadRig(path);
  ASSERT_TRUE(rig.ok()) << rig.status().message();
  EXPECT_EQ(RigText(*rig), RigText(Full()));
  const std::string broken = "{";
  ASSERT_TRUE(WriteFileAtomically(path, {reinterpret_cast<const std::uint8_t*>(broken.data()), 1},
                                  IfExists::kReplace)
                  .ok());
  EXPECT_EQ(ReadRig(path).status().message().find(path), 0u);
  std::filesystem::remove(path);
  EXPECT_EQ(ReadRig(path).status().code(), StatusCode::kNotFound);
  Rig wrong = Full();
  wrong.visible.width = 0;
  EXPECT_FALSE(WriteRig(path, wrong, IfExists::kFail).ok());
  EXPECT_FALSE(std::filesystem::exists(path));
}

}  // namespace
}  // namespace seafusion::align
