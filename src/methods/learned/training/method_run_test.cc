#include "methods/learned/training/method_run.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <cstdlib>

#include "learn/run/test_run.h"
#include "methods/learned/training/method_trainer.h"
#include "model/weights/safetensors.h"

namespace seafusion::methods {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

class MethodRunTest : public learn::RunTest {
 protected:
  MethodRunSettings Settings(const std::string& out) const {
    return {.training = {.method = "densefuse", .steps = 4, .batch = 1, .crop = 16},
            .data = folder(),
            .out = Path(out),
            .threads = 1};
  }
};

TEST_F(MethodRunTest, GoesOnExactlyWhereItWasStopped) {
  learn::RecordingMonitor whole;
  const auto weights = RunMethodTraining(Settings("whole"), whole.monitor());
  ASSERT_TRUE(weights.ok()) << weights.status().message();
  EXPECT_EQ(*weights, Path("whole/densefuse.safetensors"));
  EXPECT_EQ(model::LoadSafetensors(*weights)->metadata.at("method"), "densefuse");
  EXPECT_EQ(whole.reports.front(), "train densefuse 0/4 steps");
  EXPECT_EQ(whole.reports.back(), "train densefuse 4/4 steps");
  EXPECT_THAT(Text("whole/log.csv"), StartsWith("stage,step,loss,value\n0,1,network structure,"));
  EXPECT_THAT(Text("whole/settings.json"), HasSubstr("\"pairs\": 3"));

  MethodRunSettings part = Settings("part");
  learn::RecordingMonitor stop("train densefuse", 3);  // reports of steps 0, 1 and 2
  EXPECT_EQ(RunMethodTraining(part, stop.monitor()).status().message(),
            "stopped at step 2 of 4 (training); --resume continues");
  part.resume = true;
  ASSERT_TRUE(RunMethodTraining(part, {}).ok());
  EXPECT_EQ(Text("part/log.csv"), Text("whole/log.csv"));
  EXPECT_EQ(Text("part/densefuse.safetensors"), Text("whole/densefuse.safetensors"));

  part.training.crop = 20;
  EXPECT_EQ(RunMethodTraining(part, {}).status().message(),
            "--crop differs from that of the run to resume; leave it out");
}

TEST_F(MethodRunTest, RefusesWhatCannotWorkAndLeavesNothing) {
  MethodRunSettings s = Settings("run");
  s.training.method = "gtf";
  EXPECT_THAT(std::string(RunMethodTraining(s, {}).status().message()),
              StartsWith("no method called 'gtf' can be trained"));
  s = Settings("run");
  s.training.crop = 64;
  EXPECT_THAT(std::string(RunMethodTraining(s, {}).status().message()),
              StartsWith("crops of 64 pixels do not fit"));
  EXPECT_FALSE(std::filesystem::exists(Path("run")));
}

// Each of them would write the same folder.
TEST_F(MethodRunTest, SeveralProcessesAreRefused) {
  ::setenv("RANK", "0", 1);
  ::setenv("WORLD_SIZE", "2", 1);
  const auto weights = RunMethodTraining(Settings("run"), {});
  ::unsetenv("RANK");
  ::unsetenv("WORLD_SIZE");
  EXPECT_EQ(weights.status().message(),
            "started as 2 processes: training with --method runs as one");
  EXPECT_FALSE(std::filesystem::exists(Path("run")));
}

}  // namespace
}  // namespace seafusion::methods
