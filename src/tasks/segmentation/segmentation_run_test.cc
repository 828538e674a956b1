// Whole evaluations with a network whose answers are known.
#include "tasks/segmentation/segmentation_run.h"

#include <atomic>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "align/rig/rig_file.h"
#include "core/testing/scratch_folder.h"
#include "io/image_file.h"
#include "io/testing/drawn_pictures.h"
#include "model/onnx/onnx_graph.h"

namespace seafusion::tasks {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

constexpr int kWidth = 8, kHeight = 4;

// Persons are in the left half, the network takes what is bright for one: in the set "good" the
// left half, in "half" the left quarter alone.
class SegmentationRunTest : public ::testing::Test {
 protected:
  void SetUp() override {
    for (const char* name : {"a", "b"}) {
      Picture(std::string("good/") + name, 4, 250, 10);
      Picture(std::string("half/") + name, 2, 250, 10);
      Picture(std::string("labels/") + name, 4, 1, 0);
    }
    // What is bright in red; `inverted`: what is not.
    scratch_.WriteFile("net.onnx", Network(false));
    scratch_.WriteFile("inverted.onnx", Network(true));
    scratch_.WriteFile("net.json", R"({"input_width": 8, "input_height": 4, "classes": 2,
      "labels": ["background", "person"], "map": {"0": "background", "1": "person"}})");
    fs::copy_file(scratch_ / "net.json", scratch_ / "inverted.json");
    settings_ = {.pictures = {{"Good", scratch_ / "good"}, {"Half", scratch_ / "half"}},
                 .model = scratch_ / "net.onnx",
                 .labels = scratch_ / "labels",
                 .bootstrap = {.samples = 20}};
  }

  static std::string Network(bool inverted) {
    model::OnnxGraph graph("bright");
    graph.AddInput("picture", {1, 3, kHeight, kWidth});
    const float sign = inverted ? -1.0f : 1.0f;
    graph.AddTensor("w", {.shape = {2, 3, 1, 1}, .values = {0, 0, 0, sign, 0, 0}});
    graph.AddTensor("b", {.shape = {2}, .values = {sign * 0.5f, 0}});
    graph.AddOperator("Conv", {"picture", "w", "b"}, "scores",
                      {{"kernel_shape", std::vector<std::int64_t>{1, 1}}});
    graph.AddOutput("scores", {1, 2, kHeight, kWidth});
    const auto onnx = graph.Take();
    return {onnx.begin(), onnx.end()};
  }

  std::string Read(const std::string& name) const {
    std::ifstream in(scratch_ / name, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
  }
  // `left` columns of one level, the rest of another.
  void Picture(const std::string& name, int left, int level, int rest) const {
    io::testing::WriteGray(scratch_ / (name + ".png"), kWidth, kHeight,
                           [=](int x, int) { return x < left ? level : rest; });
  }

  const ScratchFolder scratch_;
  EvaluationSettings settings_;
};

TEST_F(SegmentationRunTest, LabelsAndCamerasPicturesComeOntoTheCanvas) {
  // Labels lie on infrared pictures, which are the canvas; visible ones have more at two sides.
  align::Rig rig;
  rig.infrared.width = 32;
  rig.infrared.height = 16;
  rig.visible.width = 48;
  rig.visible.height = 24;
  settings_.labels_of = align::Source::kInfrared;
  settings_.rig = {scratch_ / "rig.json", align::Canvas::kInfrared};
  ASSERT_TRUE(align::WriteRig(settings_.rig.file, rig, IfExists::kFail).ok());
  for (const char* name : {"a", "b"}) {
    const auto write = [&](const std::string& set, int width, int height, int left, int level) {
      io::testing::WriteGray(scratch_ / (set + name + ".png"), width, height,
                             [=](int x, int) { return x < left ? level : 0; });
    };
    write("labels/", 32, 16, 8, 1);
    write("good/", 32, 16, 8, 250);  // on the canvas
    write("half/", 48, 24, 8, 250);  // as the visible camera took it
  }
  EXPECT_THAT(EvaluateSegmentation(settings_).status().message(),
              HasSubstr("half/a.png: is 48x24, the canvas of " + settings_.rig.file + " is 32x16"));
  settings_.visible_sets = {"Half"};
  const auto evaluation = EvaluateSegmentation(settings_);
  ASSERT_TRUE(evaluation.ok()) << evaluation.status().message();
  for (const TaskRow& row : evaluation->table.rows) {
    EXPECT_GT(*row.figures.back().value, 0.9) << row.name;
  }
  settings_.infrared_sets = {"None"};
  EXPECT_THAT(EvaluateSegmentation(settings_).status().message(), HasSubstr("called None"));
}

TEST_F(SegmentationRunTest, CountsPixelsOfEachSet) {
  settings_.output = scratch_ / "out";
  settings_.overlays = true;
  const auto evaluation = EvaluateSegmentation(settings_);
  ASSERT_TRUE(evaluation.ok()) << evaluation.status().message();
  EXPECT_EQ(evaluation->counts, "2 pictures");
  const auto& rows = evaluation->table.rows;
  ASSERT_EQ(rows.size(), 2u);
  EXPECT_DOUBLE_EQ(*rows[0].figures[1].value, 1);
  EXPECT_DOUBLE_EQ(*rows[1].figures[0].value, 4.0 / 6);
  EXPECT_DOUBLE_EQ(*rows[1].figures[1].value, 0.5);
  EXPECT_DOUBLE_EQ(*rows[1].figures[2].value, (4.0 / 6 + 0.5) / 2);
  EXPECT_EQ(rows[1].figures[2].interval->low, rows[1].figures[2].interval->high) << "all alike";
  EXPECT_THAT(Read("out/confusion/Half.csv"), HasSubstr("person,background,16\n"));
  EXPECT_EQ(Read("out/table.json"), FigureTableJson(evaluation->table));
  EXPECT_TRUE(io::ReadImage(scratch_ / "out/overlays/Half/b.png").ok());
  EXPECT_EQ(EvaluateSegmentation(settings_).status().code(), StatusCode::kAlreadyExists);
}

TEST_F(SegmentationRunTest, IgnoredLabelsDoNotCount) {
  // Of the eight columns the right four are of a third class, at half of which "wide" sees persons.
  for (const char* name : {"a", "b"}) {
    Picture(std::string("wide/") + name, 6, 250, 10);
    Picture(std::string("labels/") + name, 4, 1, 2);
  }
  settings_.pictures = {{"Wide", scratch_ / "wide"}};
  const auto iou = [&](const std::string& more) {
    scratch_.WriteFile("net.json", R"({"input_width": 8, "input_height": 4, "classes": 2,
      "labels": ["background", "person", "bump"], "evaluated": ["person"],
      "map": {"0": "background", "1": "person"})" +
                                       more + "}");
    const auto evaluation = EvaluateSegmentation(settings_);
    EXPECT_TRUE(evaluation.ok()) << evaluation.status().message();
    return evaluation.ok() ? *evaluation->table.rows[0].figures[0].value : -1;
  };
  EXPECT_DOUBLE_EQ(iou(""), 4.0 / 6);
  EXPECT_DOUBLE_EQ(iou(R"(, "ignored": ["bump"])"), 1);
}

TEST_F(SegmentationRunTest, DayAndNightAreMeasuredApart) {
  for (const char* name : {"00001D", "00002D", "00003N"}) {
    Picture(std::string("msrs/") + name, name[5] == 'D' ? 4 : 2, 250, 10);
    Picture(std::string("labels/") + name, 4, 1, 0);
  }
  settings_.pictures = {{"Some", scratch_ / "msrs"}};
  const auto evaluation = EvaluateSegmentation(settings_);
  ASSERT_TRUE(evaluation.ok()) << evaluation.status().message();
  const FigureTable& table = evaluation->table;
  ASSERT_EQ(table.parts.size(), 2u);
  EXPECT_EQ(table.parts[0].pictures, 2u);
  EXPECT_DOUBLE_EQ(*table.parts[0].rows[0].figures[1].value, 1);
  EXPECT_DOUBLE_EQ(*table.parts[1].rows[0].figures[1].value, 0.5);
  EXPECT_DOUBLE_EQ(*table.rows[0].figures[1].value, 10.0 / 12);
  EXPECT_THAT(FigureTableText(table), HasSubstr("\nnight, 1 picture:\n"));
  EXPECT_THAT(FigureTableCsv(table), HasSubstr("Some,person,IoU,0.5,0.5,0.5,night\n"));
}

TEST_F(SegmentationRunTest, EachSetMayHaveANetworkOfItsOwn) {
  settings_.model.clear();
  settings_.models = {scratch_ / "net.onnx", scratch_ / "inverted.onnx"};
  const auto evaluation = EvaluateSegmentation(settings_);
  ASSERT_TRUE(evaluation.ok()) << evaluation.status().message();
  EXPECT_DOUBLE_EQ(*evaluation->table.rows[0].figures[1].value, 1);
  EXPECT_DOUBLE_EQ(*evaluation->table.rows[1].figures[1].value, 0.25);
}

TEST_F(SegmentationRunTest, FailuresNameTheFileAndAStopEndsTheRun) {
  const auto message = [&] { return EvaluateSegmentation(settings_).status().message(); };
  Picture("labels/b", 4, 7, 0);
  EXPECT_THAT(message(), HasSubstr(scratch_ / "labels/b.png" + ": pixel 0, 0 is of class 7"));
  fs::remove(scratch_ / "labels/b.png");
  EXPECT_THAT(message(), HasSubstr("has no label called b"));
  scratch_.WriteFile("net.onnx", "no network");
  EXPECT_THAT(message(), HasSubstr(scratch_ / "net.onnx" + ": OpenCV cannot read the network"));
  scratch_.WriteFile("net.onnx", Network(false));
  std::atomic<bool> stop = true;
  EXPECT_EQ(EvaluateSegmentation(settings_, {.stop = &stop}).status().code(),
            StatusCode::kCancelled);
}

}  // namespace
}  // namespace seafusion::tasks
