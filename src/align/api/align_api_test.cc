#include <seafusion/align.h>

#include <atomic>
#include <cmath>
#include <filesystem>
#include <vector>

#include <gtest/gtest.h>

#include "align/testing/drawn_scene.h"

namespace seafusion {
namespace {

// Infrared pixel = 1.05 visible pixel - (12, 7).
constexpr std::array<double, 9> kMoved{1.05, 0, -12, 0, 1.05, -7, 0, 0, 1};

TEST(AlignApiTest, FindsARigAndBringsPicturesOntoOneCanvas) {
  const align::DrawnScene scene(60, 320, 240);
  const cv::Mat ir =
      scene.Picture(align::DrawnScene::Band::kInfrared, {kMoved}, cv::Size(320, 240));
  const cv::Mat vi = scene.Picture(align::DrawnScene::Band::kVisible, {}, cv::Size(320, 240));
  const CameraPair pair{align::ViewOf(ir), align::ViewOf(vi)};
  const auto found = Estimate({&pair, 1}, {.threads = 1});
  ASSERT_TRUE(found.ok()) << found.status().message();
  EXPECT_EQ(found->verdict, EstimateVerdict::kOk);
  EXPECT_FALSE(found->registered);
  ASSERT_TRUE(found->rig.has_value());
  const PixelPoint p = found->rig->Across(Camera::kVisible, {100, 80});
  EXPECT_NEAR(p.x, 93, 2);
  EXPECT_NEAR(p.y, 77, 2);

  const auto warper = Warper::Create(*found->rig);
  ASSERT_TRUE(warper.ok()) << warper.status().message();
  std::vector<std::uint8_t> out(static_cast<std::size_t>(warper->width()) *
                                static_cast<std::size_t>(warper->height()));
  for (const auto& [camera, view] :
       {std::pair{Camera::kInfrared, pair.infrared}, {Camera::kVisible, pair.visible}}) {
    EXPECT_TRUE(warper
                    ->Warp(camera, view,
                           {out.data(), warper->width(), warper->height(), warper->width(),
                            PixelFormat::kGray8})
                    .ok());
    EXPECT_TRUE(warper->Covers(camera));
  }
}

TEST(AlignApiTest, KnowsBothDirectionsAndItsFile) {
  const auto rig = Rig::FromHomography(320, 240, 320, 240, kMoved);
  ASSERT_TRUE(rig.ok()) << rig.status().message();
  const PixelPoint ir = rig->Across(Camera::kVisible, {100, 80});
  EXPECT_DOUBLE_EQ(ir.x, 93);
  EXPECT_DOUBLE_EQ(ir.y, 77);
  const PixelPoint vi = rig->Across(Camera::kInfrared, ir);
  EXPECT_NEAR(vi.x, 100, 1e-9);
  EXPECT_NEAR(vi.y, 80, 1e-9);

  const std::string path =
      (std::filesystem::path(testing::TempDir()) / "seafusion_align_api_rig.json").string();
  ASSERT_TRUE(rig->Write(path, /*overwrite=*/true).ok());
  EXPECT_EQ(rig->Write(path).code(), StatusCode::kAlreadyExists);
  const auto read = Rig::Read(path);
  ASSERT_TRUE(read.ok()) << read.status().message();
  EXPECT_EQ(read->Text(), rig->Text());
  EXPECT_EQ(read->width(Camera::kVisible), 320);
  EXPECT_EQ(read->height(Camera::kInfrared), 240);
  std::filesystem::remove(path);

  const auto warper = Warper::Create(*rig, RigCanvas::kInfrared);
  ASSERT_TRUE(warper.ok());
  const PixelPoint on_canvas = warper->ToCanvas(Camera::kVisible, {100, 80});
  EXPECT_NEAR(on_canvas.x, 93, 1e-9);
  EXPECT_NEAR(warper->FromCanvas(Camera::kVisible, on_canvas).y, 80, 1e-9);
}

// A camera that hangs upside down: Across takes its pixels as it delivers them.
TEST(AlignApiTest, CountsPixelsAsTheCamerasDeliverThem) {
  const auto rig = Rig::Parse(R"({"seafusion_rig": 1,
    "infrared": {"width": 64, "height": 48}, "visible": {"width": 64, "height": 48, "rotation": 180},
    "transform": {"model": "homography", "visible_to_infrared": [1, 0, 0, 0, 1, 0, 0, 0, 1],
                  "parallax": [30, 0]}})");
  ASSERT_TRUE(rig.ok()) << rig.status().message();
  EXPECT_DOUBLE_EQ(rig->Across(Camera::kVisible, {3, 5}).x, 60);
  EXPECT_DOUBLE_EQ(rig->Across(Camera::kInfrared, {3, 5}).y, 42);
  const auto near = rig->AtDistance(10);
  ASSERT_TRUE(near.ok());
  EXPECT_DOUBLE_EQ(near->Across(Camera::kVisible, {3, 5}).x, 63);
}

TEST(AlignApiTest, NamesWhatItCannotTake) {
  EXPECT_EQ(Rig::Read("/nowhere/rig.json").status().code(), StatusCode::kNotFound);
  EXPECT_EQ(Rig::Parse("{}").status().code(), StatusCode::kCorruptData);
  EXPECT_FALSE(Rig::FromHomography(320, 240, 320, 240, {}).ok());
  const auto rig = Rig::FromHomography(320, 240, 320, 240, kMoved);
  EXPECT_EQ(rig->AtDistance(5).status().code(), StatusCode::kInvalidArgument);
  EXPECT_EQ(Estimate({}).status().code(), StatusCode::kInvalidArgument);
  const cv::Mat flat(64, 80, CV_8U, cv::Scalar(9)), small(20, 80, CV_8U, cv::Scalar(9));
  std::vector<CameraPair> pairs{{align::ViewOf(flat), align::ViewOf(flat)},
                                {align::ViewOf(flat), align::ViewOf(small)}};
  EXPECT_NE(Estimate(pairs).status().message().find("pair 1: "), std::string::npos);
  pairs.pop_back();
  const auto refused = Estimate(pairs, {.threads = 1});
  ASSERT_TRUE(refused.ok());
  EXPECT_EQ(refused->verdict, EstimateVerdict::kRefused);
  EXPECT_FALSE(refused->rig.has_value());
  EXPECT_FALSE(Estimate(pairs, {.least_field_ratio = 2, .most_field_ratio = 1}).ok());
  const std::atomic<bool> stop = true;
  EXPECT_EQ(Estimate(pairs, {.stop = &stop}).status().code(), StatusCode::kCancelled);
}

}  // namespace
}  // namespace seafusion
