// RunJointTraining.
#include <filesystem>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "learn/run/joint_log.h"
#include "learn/run/test_run.h"
#include "learn/run/training_run.h"

namespace seafusion::learn {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::StartsWith;

class JointRunTest : public RunTest {
 protected:
  TrainingSettings Settings(const std::string& out) const {
    TrainingSettings s;
    s.data = folder();
    s.val = folder();
    s.out = Path(out);
    s.threads = 1;
    s.joint = true;
    s.choice = TinyChoice();
    return s;
  }
};

TEST_F(JointRunTest, TellsAndWritesWhatEachStageCameTo) {
  RecordingMonitor record;
  const auto weights = RunTraining(Settings("run"), record.monitor());
  ASSERT_TRUE(weights.ok()) << weights.status().message();
  EXPECT_EQ(*weights, Path("run/fusion.safetensors"));
  EXPECT_THAT(record.reports,
              ElementsAre("round 1: fusion 1/2 steps", "round 1: fusion 2/2 steps",
                          "round 1: segmentation 1/2 steps", "round 1: segmentation 2/2 steps",
                          "round 2: fusion 1/2 steps", "round 2: fusion 2/2 steps",
                          "round 2: segmentation 1/2 steps", "round 2: segmentation 2/2 steps"));
  EXPECT_THAT(record.messages,
              ElementsAre(HasSubstr("pictures/s, waited for data "), StartsWith("  val  content "),
                          StartsWith("round 1: segmentation: "), StartsWith("  val  mIoU "),
                          StartsWith("round 2: fusion: "), StartsWith("  val  content "),
                          StartsWith("round 2: segmentation: "), StartsWith("  val  mIoU ")));
  EXPECT_THAT(Text("run/val.csv"), HasSubstr("\n0,round 1: fusion,"));
  EXPECT_THAT(Text("run/val.csv"), HasSubstr("\n1,round 1: segmentation,,,,"));
  EXPECT_THAT(Text("run/throughput.csv"), HasSubstr("\n3,round 2: segmentation,4,"));
  EXPECT_TRUE(std::filesystem::exists(Path("run/samples/0-a-fused.png")));
  EXPECT_TRUE(std::filesystem::exists(Path("run/samples/3-c-segmented.png")));
  const auto settings = nlohmann::json::parse(Text("run/settings.json"));
  EXPECT_EQ(settings.at("segmentation_width"), 8);
  EXPECT_EQ(settings.at("run").at("pairs"), 3);
}

TEST_F(JointRunTest, GoesOnExactlyWhereItWasStopped) {
  ASSERT_TRUE(RunTraining(Settings("whole"), {}).ok());
  TrainingSettings part = Settings("part");
  RecordingMonitor record("round 2: fusion", 1);
  EXPECT_EQ(RunTraining(part, record.monitor()).status().message(),
            "stopped at step 1 of round 2: fusion; --resume continues");
  part.resume = true;
  ASSERT_TRUE(RunTraining(part, {}).ok());
  for (const char* file :
       {"log.csv", "val.csv", "fusion.safetensors", "segmentation.safetensors"}) {
    EXPECT_EQ(Text(std::string("part/") + file), Text(std::string("whole/") + file)) << file;
    EXPECT_NE(Text(std::string("part/") + file), "") << file;
  }
  part.choice.set.emplace_back("seed=2");
  EXPECT_THAT(std::string(RunTraining(part, {}).status().message()),
              StartsWith("the settings asked for differ from those of the run to resume ("));
}

TEST_F(JointRunTest, OfContentAloneKeepsNoSegmentationNetwork) {
  TrainingSettings s = Settings("content");
  s.choice.strategy = "content-only";
  std::filesystem::remove_all(root_ / "msrs/labels");
  ASSERT_TRUE(RunTraining(s, {}).ok());
  EXPECT_FALSE(std::filesystem::exists(Path("content/segmentation.safetensors")));
  // Weights and Adam's two moments of 166 thousand parameters.
  EXPECT_LT(std::filesystem::file_size(Path("content/checkpoint")), 2'500'000u);
}

TEST_F(JointRunTest, WrongChoicesAreNamed) {
  const auto message = [&](const TrainingSettings& s) {
    return std::string(RunTraining(s, {}).status().message());
  };
  TrainingSettings s = Settings("run");
  s.choice.set.emplace_back("fusion_step=3");
  EXPECT_EQ(message(s), "--set fusion_step=3: no setting is called \"fusion_step\"");
  s = Settings("run");
  s.choice.config = Path("absent.json");
  EXPECT_THAT(message(s), HasSubstr("absent.json"));
  s = Settings("run");
  s.init = Path("absent.safetensors");
  EXPECT_THAT(message(s), HasSubstr("absent.safetensors"));
  s = Settings("run");
  s.init_segmentation = Path("absent.safetensors");
  EXPECT_THAT(message(s), HasSubstr("absent.safetensors"));
  EXPECT_FALSE(std::filesystem::exists(Path("run")));
}

TEST(MeasurementText, HasWhatWasMeasured) {
  EXPECT_EQ(MeasurementText({.content = LossValues{.content = 0.125}}), "  val  content 0.1250");
  ConfusionMatrix matrix(2);
  matrix.Add(0, 0, 3);
  matrix.Add(1, 0, 1);
  EXPECT_EQ(MeasurementText({.classes = matrix}), "  val  mIoU 37.5 %  car 0.0 %");
}

}  // namespace
}  // namespace seafusion::learn
