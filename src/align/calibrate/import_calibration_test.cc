#include "align/calibrate/import_calibration.h"

#include <filesystem>
#include <string>

#include <gtest/gtest.h>

#include "core/files/file.h"

namespace seafusion::align {
namespace {

class ImportCalibrationTest : public testing::Test {
 protected:
  ~ImportCalibrationTest() override { std::filesystem::remove(path_); }

  StatusOr<ImportedCalibration> Import(const std::string& text) {
    EXPECT_TRUE(WriteFileAtomically(
                    path_, {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()},
                    IfExists::kReplace)
                    .ok());
    return ImportCalibration(path_);
  }
  const std::string path_ =
      testing::TempDir() + testing::UnitTest::GetInstance()->current_test_info()->name();
};

const char* const kOpenCvYaml = R"(%YAML:1.0
---
calibration_time: "Sun Mar  1 12:00:00 2026"
image_width: 640
image_height: 480
camera_matrix: !!opencv-matrix
   rows: 3
   cols: 3
   dt: d
   data: [ 500.5, 0., 320.25, 0., 501.5, 240.75, 0., 0., 1. ]
distortion_coefficients: !!opencv-matrix
   rows: 5
   cols: 1
   dt: d
   data: [ -0.25, 0.125, 1e-3, -2e-3, 0.5 ]
)";

const char* const kOpenCvXml = R"(<?xml version="1.0"?>
<opencv_storage>
<image_Width>320</image_Width>
<image_Height>256</image_Height>
<Camera_Matrix type_id="opencv-matrix"><rows>3</rows><cols>3</cols><dt>d</dt>
  <data>400. 0. 160. 0. 401. 128. 0. 0. 1.</data></Camera_Matrix>
<Distortion_Coefficients type_id="opencv-matrix"><rows>4</rows><cols>1</cols><dt>d</dt>
  <data>0.1 0.2 0. 0.</data></Distortion_Coefficients>
</opencv_storage>
)";

const char* const kStereo = R"(%YAML:1.0
---
M1: !!opencv-matrix
   rows: 3
   cols: 3
   dt: d
   data: [ 500., 0., 320., 0., 500., 240., 0., 0., 1. ]
D1: !!opencv-matrix
   rows: 1
   cols: 14
   dt: d
   data: [ 0.1, 0.2, 0., 0., 0.3, 0., 0., 0., 0., 0., 0., 0., 0., 0. ]
M2: !!opencv-matrix
   rows: 3
   cols: 3
   dt: d
   data: [ 300., 0., 160., 0., 300., 128., 0., 0., 1. ]
R: !!opencv-matrix
   rows: 3
   cols: 3
   dt: d
   data: [ 1., 0., 0., 0., 1., 0., 0., 0., 1. ]
T: !!opencv-matrix
   rows: 3
   cols: 1
   dt: d
   data: [ 0.05, -0.01, 0.002 ]
)";

const char* const kRos = R"(# made by the calibrator
image_width: 960
image_height: 600
camera_name: Blackbird
camera_matrix:
  rows: 3
  cols: 3
  data: [680.5, 0.0, 487.5, 0.0, 678.25, 304.5, 0.0, 0.0, 1.0]
distortion_model: plumb_bob
distortion_coefficients:
  rows: 1
  cols: 5
  data: [-0.125, 0.0625, 0.0005, 0.0001, 0.0]
)";

const char* const kKalibr = R"(cam0:
  cam_overlaps: [1]
  camera_model: pinhole
  distortion_coeffs: [-0.125, 0.0625, 0.0005, 0.0001]
  distortion_model: radtan
  intrinsics: [680.5, 678.25, 487.5, 304.5]
  resolution: [960, 600]
  rostopic: /colour
cam1:
  T_cn_cnm1:
  - [0.0, -1.0, 0.0, 0.025]
  - [1.0, 0.0, 0.0, -0.5]
  - [0.0, 0.0, 1.0, 0.0625]
  - [0.0, 0.0, 0.0, 1.0]
  camera_model: pinhole
  distortion_coeffs: []
  distortion_model: none
  intrinsics: [512, 513, 475, 303]
  resolution: [640, 512]
)";

TEST_F(ImportCalibrationTest, OpenCvYaml) {
  const auto r = Import(kOpenCvYaml);
  ASSERT_TRUE(r.ok()) << r.status().message();
  ASSERT_EQ(r->cameras.size(), 1u);
  const ImportedCamera& c = r->cameras[0];
  EXPECT_EQ(c.width, 640);
  EXPECT_EQ(c.height, 480);
  EXPECT_EQ(c.calibration.focal_x, 500.5);
  EXPECT_EQ(c.calibration.focal_y, 501.5);
  EXPECT_EQ(c.calibration.centre_x, 320.25);
  EXPECT_EQ(c.calibration.centre_y, 240.75);
  EXPECT_EQ(c.calibration.distortion, (std::vector<double>{-0.25, 0.125, 1e-3, -2e-3, 0.5}));
  EXPECT_FALSE(r->second_from_first);
}

TEST_F(ImportCalibrationTest, OpenCvXml) {
  const auto r = Import(kOpenCvXml);
  ASSERT_TRUE(r.ok()) << r.status().message();
  ASSERT_EQ(r->cameras.size(), 1u);
  EXPECT_EQ(r->cameras[0].width, 320);
  EXPECT_EQ(r->cameras[0].calibration.focal_y, 401);
  EXPECT_EQ(r->cameras[0].calibration.distortion, (std::vector<double>{0.1, 0.2, 0, 0}));
}

TEST_F(ImportCalibrationTest, OpenCvStereo) {
  const auto r = Import(kStereo);
  ASSERT_TRUE(r.ok()) << r.status().message();
  ASSERT_EQ(r->cameras.size(), 2u);
  EXPECT_EQ(r->cameras[0].calibration.distortion.size(), 8u);  // 14 with zeros at the end
  EXPECT_EQ(r->cameras[0].calibration.distortion[4], 0.3);
  EXPECT_TRUE(r->cameras[1].calibration.distortion.empty());
  ASSERT_TRUE(r->second_from_first);
  EXPECT_EQ(r->second_from_first->translation[0], 0.05);
  // The sizes are missing.
  const auto rig = RigFromCalibration(r->cameras[1], r->cameras[0], *r->second_from_first, 0);
  EXPECT_NE(rig.status().message().find("does not say the size"), std::string::npos);
}

TEST_F(ImportCalibrationTest, RosCameraInfo) {
  const auto r = Import(kRos);
  ASSERT_TRUE(r.ok()) << r.status().message();
  ASSERT_EQ(r->cameras.size(), 1u);
  EXPECT_EQ(r->cameras[0].name, "Blackbird");
  EXPECT_EQ(r->cameras[0].height, 600);
  EXPECT_EQ(r->cameras[0].calibration.centre_x, 487.5);
  EXPECT_EQ(r->cameras[0].calibration.distortion,
            (std::vector<double>{-0.125, 0.0625, 0.0005, 0.0001, 0}));
}

TEST_F(ImportCalibrationTest, KalibrCamchainBecomesARig) {
  const auto r = Import(kKalibr);
  ASSERT_TRUE(r.ok()) << r.status().message();
  ASSERT_EQ(r->cameras.size(), 2u);
  EXPECT_EQ(r->cameras[0].calibration.distortion.size(), 4u);
  EXPECT_EQ(r->cameras[1].width, 640);
  ASSERT_TRUE(r->second_from_first);
  EXPECT_EQ(r->second_from_first->rotation[1], -1);
  EXPECT_EQ(r->second_from_first->translation[2], 0.0625);
  const auto rig = RigFromCalibration(r->cameras[1], r->cameras[0], *r->second_from_first, 10);
  ASSERT_TRUE(rig.ok()) << rig.status().message();
  EXPECT_EQ(rig->visible.width, 960);
  // Straight ahead of the visible camera, 10 m from the infrared one.
  const Point p = RigMap::Create(*rig)->InfraredFromVisible({487.5, 304.5});
  EXPECT_NEAR(p.x, 475 + 512 * 0.025 / 10, 1e-6);
  EXPECT_NEAR(p.y, 303 - 513 * 0.5 / 10, 1e-6);
}

TEST_F(ImportCalibrationTest, WhatIsBrokenIsNamed) {
  struct Case {
    const char* base;
    const char* from;
    const char* to;
    StatusCode code;
    const char* says;
  };
  for (const Case& c : {
           Case{kRos, "plumb_bob", "equidistant", StatusCode::kUnsupported, "\"equidistant\""},
           {kRos, "680.5, ", "", StatusCode::kCorruptData, "8 numbers"},
           {kRos, "680.5", "-1", StatusCode::kCorruptData, "focal"},
           {kRos, "680.5", ".nan", StatusCode::kCorruptData, "finite"},
           {kRos, "image_width: 960", "image_width: -3", StatusCode::kCorruptData, "image_width"},
           {kRos, "data: [680.5", "data: [[680.5]", StatusCode::kCorruptData, "numbers"},
           {kRos, "camera_matrix:", "camera_matrix: [", StatusCode::kCorruptData, "YAML"},
           {kKalibr, "radtan", "equi", StatusCode::kUnsupported, "\"equi\""},
           {kKalibr, "pinhole", "omni", StatusCode::kUnsupported, "\"omni\""},
           {kKalibr, "[0.0, -1.0, 0.0, 0.025]", "[0.0, -7.0, 0.0, 0.025]", StatusCode::kCorruptData,
            "orthonormal"},
           {kKalibr, "[960, 600]", "[960]", StatusCode::kCorruptData, "resolution"},
           {kOpenCvYaml, "500.5, ", "", StatusCode::kCorruptData, "OpenCV"},
           {kOpenCvYaml, "camera_matrix", "something_else", StatusCode::kCorruptData, "no camera"},
           {kOpenCvYaml, "rows: 3", "rows: 3000000", StatusCode::kCorruptData, " 0 numbers"},
           {kOpenCvYaml, "rows: 3", "rows: many", StatusCode::kCorruptData, " 0 numbers"},
           {kOpenCvXml, "</Camera_Matrix>", "", StatusCode::kCorruptData, "OpenCV"},
           {kStereo, "0.05, -0.01", "0.05", StatusCode::kCorruptData, "OpenCV"},
       }) {
    std::string text = c.base;
    text.replace(text.find(c.from), std::string(c.from).size(), c.to);
    const auto r = Import(text);
    ASSERT_FALSE(r.ok()) << c.to;
    EXPECT_EQ(r.status().code(), c.code) << c.to << ": " << r.status().message();
    EXPECT_EQ(r.status().message().find(path_), 0u);
    EXPECT_NE(r.status().message().find(c.says), std::string::npos) << r.status().message();
  }
}

TEST_F(ImportCalibrationTest, HostileTextsAreErrors) {
  std::string deep, dashes, elements = "<?xml version=\"1.0\"?><opencv_storage>", steps;
  for (int i = 0; i < 100000; ++i) {
    deep += "[";
    dashes += "- ";
    elements += "<a>";
  }
  for (std::size_t i = 0; i < 1000; ++i) steps += std::string(i, ' ') + "a:\n";
  for (const std::string& text :
       {std::string(), std::string("hello"), std::string("{}"), std::string("%YAML:1.0\n---\n"),
        std::string("<?xml version=\"1.0\"?>"), std::string("a: *b"), std::string("\0\1\2", 3),
        std::string("&a [*a]"), std::string("cam0: 3"), deep, "{" + deep,
        std::string("%YAML:1.\n s:5\n :"), std::string("%YAML:1.0\n--- xa: 64\nim--xb: 64\nc: 3\n"),
        std::string("%YAML:1.0\n  ---xa: 64\nim--xb: 64\nc: 3\n"), "%YAML:1.0\n---\na: " + deep,
        std::string("- - - -\n: : :"), dashes, elements, steps}) {
    EXPECT_EQ(Import(text).status().code(), StatusCode::kCorruptData) << text.substr(0, 40);
  }
  EXPECT_EQ(ImportCalibration(path_ + ".absent").status().code(), StatusCode::kNotFound);
}

// What closes in quotes or in a comment closes nothing, and does not hide how deep the parsers
// would go.
TEST_F(ImportCalibrationTest, DepthIsNotHiddenByTexts) {
  const std::string closing(100000, ']');
  std::string ends, elements;
  for (int i = 0; i < 80000; ++i) {
    ends += "</a>";
    elements += "<a>";
  }
  for (const std::string& text :
       {"%YAML:1.0\n---\na: \"" + closing + "\"\nb: " + std::string(100000, '['),
        "a: \"" + closing + "\"\nb: " + std::string(100000, '['),
        "<?xml version=\"1.0\"?><!-- " + ends + " --><opencv_storage>" + elements}) {
    const Status status = Import(text).status();
    EXPECT_EQ(status.code(), StatusCode::kCorruptData) << text.substr(0, 40);
    EXPECT_NE(status.message().find("nested too deeply"), std::string::npos) << status.message();
  }
}

TEST_F(ImportCalibrationTest, ARealRigOfTwoCameras) {
  const std::string folder = std::string(SEAFUSION_SHARED_DIR) + "/data/cameras/caltech_rig/";
  if (!std::filesystem::exists(folder)) GTEST_SKIP() << folder << " is absent";
  const auto chain = ImportCalibration(folder + "color_thermal_10x10_calib.yaml");
  ASSERT_TRUE(chain.ok()) << chain.status().message();
  ASSERT_EQ(chain->cameras.size(), 2u);
  const auto thermal = ImportCalibration(folder + "thermal.yaml");
  ASSERT_TRUE(thermal.ok()) << thermal.status().message();
  EXPECT_EQ(thermal->cameras[0].width, 640);
  const auto rig =
      RigFromCalibration(chain->cameras[1], chain->cameras[0], *chain->second_from_first, 0);
  ASSERT_TRUE(rig.ok()) << rig.status().message();
  // The cameras look the same way to within half a degree, so that the optical axes nearly meet.
  const Point p = RigMap::Create(*rig)->InfraredFromVisible({488.3, 307.9});
  EXPECT_NEAR(p.x, 475.75, 10);
  EXPECT_NEAR(p.y, 303.0, 10);
}

}  // namespace
}  // namespace seafusion::align
