// Whole evaluations with a network whose answers are known.
#include "tasks/detection/detection_run.h"

#include <atomic>
#include <filesystem>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "align/rig/rig_file.h"
#include "core/testing/scratch_folder.h"
#include "io/image_file.h"
#include "io/testing/drawn_pictures.h"
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
    Picture("right/a", 200);
    Picture("right/b", 60);
    Picture("wrong/a", 60);
    Picture("wrong/b", 200);
    scratch_.WriteFile("labels/a.txt", "0 0.5 0.5 0.125 0.5\n");
    scratch_.WriteFile("labels/b.txt", "");
    const auto onnx = TestDetector({{32, 16, 8, 16, 0, {1, 0}}}, 64, 32, 1);
    scratch_.WriteFile("net.onnx", std::string(onnx.begin(), onnx.end()));
    scratch_.WriteFile("net.json",
                       R"({"layout": "yolov5", "input_width": 64, "input_height": 32, "classes": 2,
      "labels": ["person", "car"], "map": {"0": "person", "1": "car"}, "evaluated": ["person"]})");
    settings_ = {.pictures = {{"Right", scratch_ / "right"}, {"Wrong", scratch_ / "wrong"}},
                 .model = scratch_ / "net.onnx",
                 .labels = scratch_ / "labels",
                 .bootstrap = {.samples = 0}};
  }

  void Picture(const std::string& name, int level) const {
    io::testing::WriteGray(scratch_ / (name + ".png"), 64, 32, [=](int, int) { return level; });
  }

  const ScratchFolder scratch_;
  EvaluationSettings settings_;
};

TEST_F(DetectionRunTest, BoxesOfACameraAreCarriedOverToTheCanvas) {
  // The canvas is the infrared picture, which the visible one of 128x96 holds 30, 40 from its
  // corner; there the person is drawn, and one more that the canvas does not have.
  align::Rig rig;
  rig.infrared.width = 64;
  rig.infrared.height = 32;
  rig.visible.width = 128;
  rig.visible.height = 96;
  rig.map.map = {{1, 0, -30, 0, 1, -40, 0, 0, 1}};
  settings_.rig = {scratch_ / "rig.json", align::Canvas::kInfrared};
  ASSERT_TRUE(align::WriteRig(settings_.rig.file, rig, IfExists::kFail).ok());
  scratch_.WriteFile("labels/a.txt",
                     "0 0.484375 0.583333333 0.0625 0.166666667\n0 0.1 0.1 0.05 0.1\n");
  const auto evaluation = EvaluateDetection(settings_, {});
  ASSERT_TRUE(evaluation.ok()) << evaluation.status().message();
  EXPECT_EQ(evaluation->counts, "2 pictures, 1 boxes to be found, rule coco");
  EXPECT_NEAR(*evaluation->table.rows[0].figures[0].value, 1, 1e-12);
}

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
  settings_.output = scratch_ / "out";
  settings_.overlays = true;
  const auto first = EvaluateDetection(settings_, {});
  ASSERT_TRUE(first.ok()) << first.status().message();
  EXPECT_TRUE(io::ReadImage(scratch_ / "out/overlays/Wrong/b.png").ok());
  settings_.settings = scratch_ / "net.json";
  settings_.model.clear();
  settings_.output.clear();
  const auto second = EvaluateDetection(settings_, {.predictions = scratch_ / "out/predictions"});
  ASSERT_TRUE(second.ok()) << second.status().message();
  EXPECT_EQ(FigureTableCsv(second->table), FigureTableCsv(first->table));
  EXPECT_EQ(second->rates[0].pictures_per_second, 0) << "no network ran";
  settings_.labels.clear();
  const auto unlabelled =
      EvaluateDetection(settings_, {.predictions = scratch_ / "out/predictions"});
  ASSERT_TRUE(unlabelled.ok());
  EXPECT_FALSE(unlabelled->measured);
  EXPECT_TRUE(unlabelled->table.rows.empty());
}

TEST_F(DetectionRunTest, FailuresNameTheFileAndAStopEndsTheRun) {
  const auto message = [&] { return EvaluateDetection(settings_, {}).status().message(); };
  fs::remove(scratch_ / "labels/b.txt");
  EXPECT_THAT(message(), HasSubstr(scratch_ / "labels/b.txt"));
  settings_.model = scratch_ / "none.onnx";
  EXPECT_THAT(message(), HasSubstr("there is no " + scratch_ / "none.json"));
  settings_.model = scratch_ / "net.onnx";
  std::atomic<bool> stop = true;
  EXPECT_EQ(EvaluateDetection(settings_, {}, {.stop = &stop}).status().code(),
            StatusCode::kCancelled);
}

}  // namespace
}  // namespace seafusion::tasks
