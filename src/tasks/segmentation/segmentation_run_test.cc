// Whole evaluations with a network whose answers are known.
#include "tasks/segmentation/segmentation_run.h"

#include <unistd.h>

#include <atomic>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/file.h"
#include "io/image_file.h"
#include "model/onnx_graph.h"

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
    const auto* info = ::testing::UnitTest::GetInstance()->current_test_info();
    folder_ = fs::path(::testing::TempDir()) /
              ("seafusion_segmentation_" + std::string(info->name()) + std::to_string(::getpid()));
    for (const char* name : {"a", "b"}) {
      Picture(std::string("good/") + name, 4, 250, 10);
      Picture(std::string("half/") + name, 2, 250, 10);
      Picture(std::string("labels/") + name, 4, 1, 0);
    }
    // What is bright in red; `inverted`: what is not.
    Write("net.onnx", Network(false));
    Write("inverted.onnx", Network(true));
    Write("net.json", R"({"input_width": 8, "input_height": 4, "classes": 2,
      "labels": ["background", "person"], "map": {"0": "background", "1": "person"}})");
    fs::copy_file(folder_ / "net.json", folder_ / "inverted.json");
    settings_ = {.pictures = {{"Good", Path("good")}, {"Half", Path("half")}},
                 .model = Path("net.onnx"),
                 .labels = Path("labels"),
                 .bootstrap = {.samples = 20}};
  }
  void TearDown() override { fs::remove_all(folder_); }

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

  std::string Path(const std::string& name) const { return (folder_ / name).string(); }
  void Write(const std::string& name, const std::string& text) const {
    fs::create_directories((folder_ / name).parent_path());
    std::ofstream(folder_ / name, std::ios::binary) << text;
  }
  std::string Read(const std::string& name) const {
    std::ifstream in(folder_ / name, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
  }
  // `left` columns of one level, the rest of another.
  void Picture(const std::string& name, int left, std::uint8_t level, std::uint8_t rest) const {
    fs::create_directories((folder_ / name).parent_path());
    ImageBuffer image = *ImageBuffer::Create(kWidth, kHeight, PixelFormat::kGray8);
    for (int y = 0; y < kHeight; ++y) {
      for (int x = 0; x < kWidth; ++x) {
        image.view().Row<std::uint8_t>(y)[x] = x < left ? level : rest;
      }
    }
    ASSERT_TRUE(io::WriteImage(Path(name + ".png"), image.view(), IfExists::kReplace).ok());
  }

  fs::path folder_;
  EvaluationSettings settings_;
};

TEST_F(SegmentationRunTest, CountsPixelsOfEachSet) {
  settings_.output = Path("out");
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
  EXPECT_TRUE(io::ReadImage(Path("out/overlays/Half/b.png")).ok());
  EXPECT_EQ(EvaluateSegmentation(settings_).status().code(), StatusCode::kAlreadyExists);
}

TEST_F(SegmentationRunTest, EachSetMayHaveANetworkOfItsOwn) {
  settings_.model.clear();
  settings_.models = {Path("net.onnx"), Path("inverted.onnx")};
  const auto evaluation = EvaluateSegmentation(settings_);
  ASSERT_TRUE(evaluation.ok()) << evaluation.status().message();
  EXPECT_DOUBLE_EQ(*evaluation->table.rows[0].figures[1].value, 1);
  EXPECT_DOUBLE_EQ(*evaluation->table.rows[1].figures[1].value, 0.25);
}

TEST_F(SegmentationRunTest, FailuresNameTheFileAndAStopEndsTheRun) {
  const auto message = [&] { return EvaluateSegmentation(settings_).status().message(); };
  Picture("labels/b", 4, 7, 0);
  EXPECT_THAT(message(), HasSubstr(Path("labels/b.png") + ": pixel 0, 0 is of class 7"));
  fs::remove(folder_ / "labels/b.png");
  EXPECT_THAT(message(), HasSubstr("has no label called b"));
  Write("net.onnx", "no network");
  EXPECT_THAT(message(), HasSubstr(Path("net.onnx") + ": OpenCV cannot read the network"));
  Write("net.onnx", Network(false));
  std::atomic<bool> stop = true;
  EXPECT_EQ(EvaluateSegmentation(settings_, {.stop = &stop}).status().code(),
            StatusCode::kCancelled);
}

}  // namespace
}  // namespace seafusion::tasks
