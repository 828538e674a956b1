#include "align/run/find_rig.h"

#include <atomic>
#include <cmath>
#include <fstream>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "align/rig/rig_file.h"
#include "align/testing/drawn_scene.h"
#include "core/testing/scratch_folder.h"
#include "io/image_file.h"

namespace seafusion::align {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

const Homography kMap{{1.03, -0.05, 9, 0.05, 1.03, -12, 0, 0, 1}};
const cv::Size kPairSize(240, 180);

class FindRigTest : public ::testing::Test {
 protected:
  void SetUp() override {
    settings_.infrared = scratch_ / "ir";
    settings_.visible = scratch_ / "vi";
    settings_.output = scratch_ / "rig.json";
    settings_.registration.threads = 1;
    settings_.frames = 4;
  }
  void Draw(int pairs, bool same_scene = true) {
    const DrawnScene scene(3, kPairSize.width, kPairSize.height),
        other(99, kPairSize.width, kPairSize.height);
    for (int i = 1; i <= pairs; ++i) {
      const auto moment = static_cast<std::uint64_t>(i);
      const std::string name = std::to_string(i) + ".png";
      Write("ir/" + name, scene.Picture(DrawnScene::Band::kInfrared, kMap, kPairSize, {}, moment));
      Write("vi/" + name, (same_scene ? scene : other)
                              .Picture(DrawnScene::Band::kVisible, {}, kPairSize, {}, moment));
    }
  }
  void Write(const std::string& name, const cv::Mat& picture) {
    std::filesystem::create_directories(std::filesystem::path(scratch_ / name).parent_path());
    ASSERT_TRUE(io::WriteImage(scratch_ / name, ViewOf(picture), IfExists::kFail).ok());
  }
  RigReport Run() { return FindRig(settings_, monitor_); }

  ScratchFolder scratch_;
  RigSettings settings_;
  RunMonitor monitor_;
};

TEST_F(FindRigTest, FindsTheRigOfAFolder) {
  Draw(3);
  settings_.picture = scratch_ / "judge.png";
  settings_.write = scratch_ / "out";
  const RigReport report = Run();
  ASSERT_TRUE(report.status.ok()) << report.status.message();
  ASSERT_FALSE(report.refused) << SummaryText(report);
  const auto rig = ReadRig(settings_.output);
  ASSERT_TRUE(rig.ok()) << rig.status().message();
  EXPECT_LE(DistanceOfCorners(rig->map.map, kMap, 240, 180).mean, 2.4);
  EXPECT_EQ(rig->origin.frames, 3);
  EXPECT_EQ(rig->origin.when.size(), 20u);
  EXPECT_EQ(report.written, 3u);
  EXPECT_THAT(scratch_.Files("out"),
              ElementsAre("ir/1.png", "ir/2.png", "ir/3.png", "vi/1.png", "vi/2.png", "vi/3.png"));
  const auto ir = io::ReadImage(scratch_ / "out/ir/2.png"),
             vi = io::ReadImage(scratch_ / "out/vi/2.png");
  ASSERT_TRUE(ir.ok() && vi.ok());
  EXPECT_EQ(ir->width(), report.canvas_width);
  EXPECT_EQ(vi->height(), report.canvas_height);
  EXPECT_TRUE(io::ReadImage(settings_.picture).ok());

  // What was written is registered.
  RigSettings again;
  again.infrared = scratch_ / "out/ir";
  again.visible = scratch_ / "out/vi";
  again.registration.threads = 1;
  const RigReport second = FindRig(again, monitor_);
  ASSERT_TRUE(second.registration) << second.status.message();
  EXPECT_EQ(second.registration->model, TransformModel::kIdentity) << SummaryText(second);

  const auto json = nlohmann::json::parse(JsonText(report));
  EXPECT_EQ(json["ok"], true);
  EXPECT_EQ(json["registration"]["verdict"], "ok");
  EXPECT_EQ(json["rig"]["found"]["method"], "registration");
  EXPECT_THAT(SummaryText(report), HasSubstr("from 3 pairs"));
}

TEST_F(FindRigTest, WritesNothingWhereItRefuses) {
  Draw(2, /*same_scene=*/false);
  settings_.picture = scratch_ / "judge.png";
  settings_.write = scratch_ / "out";
  const RigReport report = Run();
  ASSERT_TRUE(report.status.ok()) << report.status.message();
  EXPECT_TRUE(report.refused);
  EXPECT_FALSE(report.rig);
  EXPECT_THAT(scratch_.Files(), ElementsAre("ir/1.png", "ir/2.png", "vi/1.png", "vi/2.png"));
  EXPECT_THAT(SummaryText(report), HasSubstr("confidence"));
  EXPECT_EQ(nlohmann::json::parse(JsonText(report))["ok"], false);
}

TEST_F(FindRigTest, FitsPoints) {
  Draw(1);
  std::string points;
  for (const Point v : {Point{10, 12}, {200, 20}, {190, 160}, {15, 170}, {100, 90}, {60, 140}}) {
    const Point i = kMap.Apply(v);
    points += std::to_string(i.x) + " " + std::to_string(i.y) + " " + std::to_string(v.x) + " " +
              std::to_string(v.y) + "\n";
  }
  settings_.points = scratch_.WriteFile("points.txt", points);
  const RigReport report = Run();
  ASSERT_TRUE(report.status.ok()) << report.status.message();
  EXPECT_LE(DistanceOfCorners(report.rig->map.map, kMap, 240, 180).largest, 0.05);
  EXPECT_EQ(report.rig->origin.method, RigMethod::kPoints);
  EXPECT_THAT(SummaryText(report), HasSubstr("6 pairs of points"));
}

TEST_F(FindRigTest, TakesFlirsNumbersAndRigsThatAreThere) {
  Draw(1);
  settings_.flir = {1.25, 4, -3};
  ASSERT_TRUE(Run().status.ok());
  settings_.flir.reset();
  settings_.rig = settings_.output;
  settings_.output.clear();
  settings_.write = scratch_ / "out";
  const RigReport report = Run();
  ASSERT_TRUE(report.status.ok()) << report.status.message();
  EXPECT_EQ(report.rig->origin.method, RigMethod::kMaker);
  EXPECT_EQ(report.written, 1u);
}

TEST_F(FindRigTest, KeepsWhatIsThere) {
  Draw(1);
  scratch_.WriteFile("rig.json", "mine");
  EXPECT_EQ(Run().status.code(), StatusCode::kAlreadyExists);
  settings_.output.clear();
  settings_.write = scratch_ / "out";
  scratch_.WriteFile("out/vi/1.png", "mine");
  const RigReport report = Run();
  EXPECT_EQ(report.status.code(), StatusCode::kAlreadyExists);
  EXPECT_THAT(report.status.message(), HasSubstr("out/vi/1.png"));
  EXPECT_FALSE(report.registration);
}

TEST_F(FindRigTest, NeverWritesOverAPictureThatItReads) {
  Draw(1);
  settings_.overwrite = true;
  const std::string output = settings_.output;
  for (std::string* place : {&settings_.output, &settings_.picture}) {
    settings_.output.clear();
    settings_.picture.clear();
    *place = scratch_ / "vi/1.png";
    EXPECT_EQ(Run().status.message(), *place + ": is one of the inputs");
  }
  settings_.output = output;
  settings_.picture.clear();
  settings_.write = scratch_ / ".";
  EXPECT_THAT(std::string(Run().status.message()), HasSubstr("is one of the inputs"));
}

TEST_F(FindRigTest, NeverWritesOverAFileOfNumbersThatItReads) {
  Draw(1);
  settings_.overwrite = true;
  for (std::string* input : {&settings_.points, &settings_.rig, &settings_.calibration,
                             &settings_.infrared_calibration, &settings_.visible_calibration}) {
    *input = settings_.output = scratch_.WriteFile("by_hand.txt", "hours of work");
    EXPECT_EQ(Run().status.message(), settings_.output + ": is one of the inputs");
    input->clear();
  }
}

TEST_F(FindRigTest, NamesWhatFails) {
  Draw(1);
  scratch_.WriteFile("ir/2.png", "no picture");
  scratch_.WriteFile("vi/2.png", "no picture");
  EXPECT_THAT(Run().status.message(), HasSubstr("ir/2.png"));
  settings_.infrared = scratch_ / "absent";
  EXPECT_EQ(Run().status.code(), StatusCode::kNotFound);
  settings_.infrared = settings_.visible = "";
  EXPECT_EQ(Run().status.code(), StatusCode::kInvalidArgument);
}

TEST_F(FindRigTest, EndsWhenAsked) {
  Draw(2);
  const std::atomic<bool> stop = true;
  monitor_.stop = &stop;
  EXPECT_EQ(Run().status.code(), StatusCode::kCancelled);
  EXPECT_FALSE(std::filesystem::exists(settings_.output));
}

}  // namespace
}  // namespace seafusion::align
