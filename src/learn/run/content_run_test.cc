// RunContentTraining, and RunTraining's choice of a kind.
#include <algorithm>
#include <filesystem>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "learn/data/test_pairs.h"
#include "learn/run/test_run.h"
#include "learn/run/training_run.h"
#include "model/graph/fusion_graph.h"
#include "model/weights/safetensors.h"

namespace seafusion::learn {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::StartsWith;

class ContentRunTest : public RunTest {
 protected:
  TrainingSettings Settings(const std::string& out, std::uint64_t steps = 6) const {
    TrainingSettings s;
    s.data = folder();
    s.out = Path(out);
    s.threads = 1;
    s.content = {.seed = 3, .steps = steps, .batch = 2, .crop = 12, .lr = 5e-3, .warmup = 2};
    return s;
  }
};

TEST_F(ContentRunTest, LeavesWeightsALogAndItsSettings) {
  TrainingSettings s = Settings("run", 60);
  s.val = folder();
  s.val_every = 20;
  RecordingMonitor record;
  const auto weights = RunTraining(s, record.monitor());
  ASSERT_TRUE(weights.ok()) << weights.status().message();
  EXPECT_EQ(*weights, Path("run/fusion.safetensors"));
  const auto archive = model::LoadSafetensors(*weights);
  ASSERT_TRUE(archive.ok());
  EXPECT_TRUE(model::CheckFusionWeights(*archive).ok());
  EXPECT_EQ(archive->metadata.at("steps_done"), "60");

  EXPECT_EQ(record.reports.front(), "train 0/60 steps");
  EXPECT_EQ(record.reports.back(), "train 60/60 steps");
  EXPECT_EQ(record.reports.size(), 61u);
  EXPECT_THAT(record.messages,
              ElementsAre(StartsWith("step 20: val content "), StartsWith("step 40: val content "),
                          StartsWith("step 60: val content ")));
  const std::string log = Text("run/log.csv");
  EXPECT_THAT(log, StartsWith("step,lr,intensity,texture,content,set\n1,0.0025,"));
  EXPECT_THAT(log, HasSubstr(",train\n20,"));
  EXPECT_EQ(std::count(log.begin(), log.end(), '\n'), 1 + 60 + 3);
  const auto settings = nlohmann::json::parse(Text("run/settings.json"));
  EXPECT_EQ(settings.at("steps"), 60);
  EXPECT_EQ(settings.at("strategy"), "content-only");
  EXPECT_EQ(settings.at("threads"), 1);
}

TEST_F(ContentRunTest, LowersTheLoss) {
  for (const char* band : {"ir", "vi"}) {
    std::filesystem::create_directories(root_ / "ramps" / band);
    for (std::uint64_t i = 0; i < 3; ++i) {
      const std::string path = Path("ramps/") + band + "/" + std::to_string(i) + ".png";
      const ImageBuffer picture = TestPicture(20, 16, 2 * i + (band[0] == 'i' ? 1 : 0));
      ASSERT_TRUE(io::WriteImage(path, picture.view(), IfExists::kFail).ok());
    }
  }
  TrainingSettings s = Settings("run", 40);
  s.data = s.val = Path("ramps");
  s.val_every = 1;
  RecordingMonitor record;
  ASSERT_TRUE(RunTraining(s, record.monitor()).ok());
  const auto content = [](const std::string& message) {
    return std::stod(message.substr(message.find("content ") + 8));
  };
  EXPECT_LT(content(record.messages.back()), 0.9 * content(record.messages.front()));
}

TEST_F(ContentRunTest, GoesOnExactlyWhereItWasStopped) {
  ASSERT_TRUE(RunTraining(Settings("whole"), {}).ok());

  TrainingSettings part = Settings("part");
  RecordingMonitor record("train", 3);  // reports of steps 0, 1 and 2
  const Status stopped = RunTraining(part, record.monitor()).status();
  EXPECT_EQ(stopped.code(), StatusCode::kCancelled);
  EXPECT_EQ(stopped.message(), "stopped at step 2 of 6; --resume continues");
  part.resume = true;
  const auto weights = RunTraining(part, {});
  ASSERT_TRUE(weights.ok()) << weights.status().message();
  EXPECT_EQ(Text("part/log.csv"), Text("whole/log.csv"));
  EXPECT_EQ(Text("part/fusion.safetensors"), Text("whole/fusion.safetensors"));
  EXPECT_NE(Text("part/fusion.safetensors"), "");
  // Once more, when there is nothing left.
  ASSERT_TRUE(RunTraining(part, {}).ok());
  EXPECT_EQ(Text("part/log.csv"), Text("whole/log.csv"));
}

TEST_F(ContentRunTest, RefusesWhatCannotWorkAndLeavesNothing) {
  const auto refused = [&](const TrainingSettings& s) {
    const Status status = RunTraining(s, {}).status();
    EXPECT_FALSE(std::filesystem::exists(Path("run")));
    return std::string(status.message());
  };
  TrainingSettings s = Settings("run");
  s.content.crop = 37;
  EXPECT_EQ(refused(s), "crops of 37 pixels do not fit the smallest picture side, 36");
  s = Settings("run");
  s.content.final_lr = 0.1;
  EXPECT_EQ(refused(s), "final_lr is not in 0..lr");
  s = Settings("run");
  s.device = "nonsense";
  EXPECT_EQ(refused(s), "--device nonsense: not a device name");
  s = Settings("run");
  s.resume = true;
  EXPECT_EQ(refused(s), Path("run/checkpoint") + ": no checkpoint to resume");
}

TEST_F(ContentRunTest, AResumedRunKeepsItsSettingsAndItsKind) {
  ASSERT_TRUE(RunTraining(Settings("run", 2), {}).ok());
  EXPECT_EQ(RunTraining(Settings("run", 2), {}).status().message(),
            Path("run") + ": holds a run already; --resume continues it");
  TrainingSettings s = Settings("run", 4);
  s.resume = true;
  s.given = {"--steps"};
  EXPECT_EQ(RunTraining(s, {}).status().message(),
            "--steps 4 differs from 2 of the run to resume; leave it out");
  s.given = {"--crop"};
  EXPECT_TRUE(RunTraining(s, {}).ok());
  // Neither kind is taken for the other.
  s.joint = true;
  EXPECT_EQ(RunTraining(s, {}).status().message(),
            Path("run/checkpoint") + ": not a complete joint training checkpoint");

  TrainingSettings joint = Settings("joint");
  joint.joint = true;
  joint.choice = TinyChoice();
  joint.choice.strategy = "content-only";
  ASSERT_TRUE(RunTraining(joint, {}).ok());
  joint.resume = true;
  joint.joint = false;
  EXPECT_TRUE(RunTraining(joint, {}).ok()) << "as what it is";
  EXPECT_THAT(Text("joint/log.csv"), StartsWith("stage,step,"));
  joint.given = {"--steps"};
  EXPECT_EQ(RunTraining(joint, {}).status().message(),
            Path("joint/checkpoint") + ": not a complete training checkpoint");
}

}  // namespace
}  // namespace seafusion::learn
