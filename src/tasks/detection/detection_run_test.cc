// Whole evaluations with a network whose answers are known.
#include "tasks/detection/detection_run.h"

#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/file.h"
#include "io/image_file.h"
#include "tasks/detection/detector/test_network.h"

namespace seafusion::tasks {
namespace {

namespace fs = std::filesystem;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

// A person in the middle of the picture "a", nothing in "b". The network answers with that person
// everywhere, the surer the brighter the picture: in the set "wrong" "b" is the brighter one.
class DetectionRunTest : public ::testing::Test {
 protected:
  void SetUp() override {
    const auto* info = ::testing::UnitTest::GetInstance()->current_test_info();
    folder_ = fs::path(::testing::TempDir()) /
              ("seafusion_detection_" + std::string(info->name()) + std::to_string(::getpid()));
    Picture("right/a", 200);
    Picture("right/b", 60);
    Picture("wrong/a", 60);
    Picture("wrong/b", 200);
    Write("labels/a.txt", "0 0.5 0.5 0.125 0.5\n");
    Write("labels/b.txt", "");
    const auto onnx = TestDetector({{32, 16, 8, 16, 0, {1, 0}}}, 64, 32, 1);
    Write("net.onnx", std::string(onnx.begin(), onnx.end()));
    Write("net.json", R"({"layout": "yolov5", "input_width": 64, "input_height": 32, "classes": 2,
      "labels": ["person", "car"], "map": {"0": "person", "1": "car"}, "evaluated": ["person"]})");
    settings_ = {.pictures = {{"Right", Path("right")}, {"Wrong", Path("wrong")}},
                 .model = Path("net.onnx"),
                 .labels = Path("labels"),
                 .bootstrap = {.samples = 0}};
  }
  void TearDown() override { fs::remove_all(folder_); }

  std::string Path(const std::string& name) const { return (folder_ / name).string(); }
  void Write(const std::string& name, const std::string& text) const {
    fs::create_directories((folder_ / name).parent_path());
    std::ofstream(folder_ / name, std::ios::binary) << text;
  }
  void Picture(const std::string& name, std::uint8_t level) const {
    fs::create_directories((folder_ / name).parent_path());
    ImageBuffer image = *ImageBuffer::Create(64, 32, PixelFormat::kGray8);
    for (int y = 0; y < 32; ++y) std::fill_n(image.view().Row<std::uint8_t>(y), 64, level);
    ASSERT_TRUE(io::WriteImage(Path(name + ".png"), image.view(), IfExists::kFail).ok());
  }

  fs::path folder_;
  EvaluationSettings settings_;
};

TEST_F(DetectionRunTest, TheSurerAnswerDecides) {
  std::vector<std::uint64_t> done;
  std::vector<std::string> details;
  const auto evaluation =
      EvaluateDetection(settings_, {}, {.progress = [&](const RunProgress& state) {
                          EXPECT_EQ(state.total, 4u);
                          done.push_back(state.done);
                          details.emplace_back(state.detail);
                        }});
  ASSERT_TRUE(evaluation.ok()) << evaluation.status().message();
  EXPECT_THAT(done, ElementsAre(0, 1, 2, 3, 4));
  EXPECT_THAT(details, ElementsAre("", "Right/a", "Right/b", "Wrong/a", "Wrong/b"));
  EXPECT_TRUE(evaluation->measured);
  EXPECT_EQ(evaluation->counts, "2 pictures, 1 boxes to be found, rule coco");
  ASSERT_EQ(evaluation->table.rows.size(), 2u);
  EXPECT_NEAR(*evaluation->table.rows[0].figures[0].value, 1, 1e-12);
  // The false answer comes first: the true one is found at a precision of a half.
  EXPECT_NEAR(*evaluation->table.rows[1].figures[0].value, 0.5, 1e-12);
  ASSERT_EQ(evaluation->rates.size(), 2u);
  EXPECT_GT(evaluation->rates[1].pictures_per_second, 0);
  EXPECT_THAT(EvaluationText(*evaluation), HasSubstr("Wrong: "));
}

TEST_F(DetectionRunTest, PredictionsThatWereWrittenGiveTheSameFigures) {
  settings_.output = Path("out");
  settings_.overlays = true;
  const auto first = EvaluateDetection(settings_, {});
  ASSERT_TRUE(first.ok()) << first.status().message();
  EXPECT_TRUE(io::ReadImage(Path("out/overlays/Wrong/b.png")).ok());
  settings_.settings = Path("net.json");
  settings_.model.clear();
  settings_.output.clear();
  const auto second = EvaluateDetection(settings_, {.predictions = Path("out/predictions")});
  ASSERT_TRUE(second.ok()) << second.status().message();
  EXPECT_EQ(FigureTableCsv(second->table), FigureTableCsv(first->table));
  EXPECT_EQ(second->rates[0].pictures_per_second, 0) << "no network ran";
  settings_.labels.clear();
  const auto unlabelled = EvaluateDetection(settings_, {.predictions = Path("out/predictions")});
  ASSERT_TRUE(unlabelled.ok());
  EXPECT_FALSE(unlabelled->measured);
  EXPECT_TRUE(unlabelled->table.rows.empty());
}

TEST_F(DetectionRunTest, FailuresNameTheFileAndAStopEndsTheRun) {
  const auto message = [&] { return EvaluateDetection(settings_, {}).status().message(); };
  fs::remove(folder_ / "labels/b.txt");
  EXPECT_THAT(message(), HasSubstr(Path("labels/b.txt")));
  settings_.model = Path("none.onnx");
  EXPECT_THAT(message(), HasSubstr("there is no " + Path("none.json")));
  settings_.model = Path("net.onnx");
  std::atomic<bool> stop = true;
  EXPECT_EQ(EvaluateDetection(settings_, {}, {.stop = &stop}).status().code(),
            StatusCode::kCancelled);
}

}  // namespace
}  // namespace seafusion::tasks
