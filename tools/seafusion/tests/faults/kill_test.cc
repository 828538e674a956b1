// The command is killed at a system call of writing, half of which is done, then run again.
//
// What a killed process leaves is what its calls have done, so between two of them every moment is
// the same: the moments are calls, spread over the whole run. Afterwards the same command, or
// --resume, must come to the very files of a run that nobody killed. By default a few moments of
// two verbs; with SEAFUSION_EVERY_FAULT in the environment fifty of each.
#include <algorithm>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <ostream>
#include <set>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/testing/scratch_folder.h"
#include "fault_run.h"

namespace seafusion::tools {
namespace {

namespace fs = std::filesystem;

// "{}" is the folder of the case: in/ has scenes, out/ is looked at.
struct KillCase {
  std::string name;
  int quick_moments = 0;  // 0: only with SEAFUSION_EVERY_FAULT
  std::vector<std::string> arguments;
  std::vector<std::string> again = {};  // added where out/run/checkpoint is there
  std::set<std::string> varying = {};   // files with times in them
};

void PrintTo(const KillCase& c, std::ostream* out) {
  *out << c.name;
}

class KillTest : public ::testing::TestWithParam<KillCase> {
 protected:
  static int Moments() {
    return std::getenv("SEAFUSION_EVERY_FAULT") != nullptr ? 50 : GetParam().quick_moments;
  }
  std::string Out() const { return scratch_ / "out"; }

  FaultRun Run(const WriteFault& fault) const {
    std::vector<std::string> words = GetParam().arguments;
    if (fs::exists(Out() + "/run/checkpoint")) {
      words.insert(words.end(), GetParam().again.begin(), GetParam().again.end());
    }
    for (std::string& word : words) {
      if (const auto at = word.find("{}"); at != std::string::npos) {
        word.replace(at, 2, scratch_.path().string());
      }
    }
    return RunWithFault(words, Out(), scratch_ / "calls", fault);
  }

  // TensorBoard's files, one for each start, have the time in their names; what was given no name
  // yet when the process was killed stays.
  static FolderContent Compared(FolderContent content) {
    std::erase_if(content, [](const auto& file) {
      return IsTemporary(file.first) || file.first.find("tfevents") != std::string::npos ||
             GetParam().varying.contains(file.first);
    });
    return content;
  }

  ScratchFolder scratch_;
};

TEST_P(KillTest, WhatIsRunAgainComesToTheSameFiles) {
  const int moments = Moments();
  if (moments == 0) GTEST_SKIP() << "only with SEAFUSION_EVERY_FAULT in the environment";
  const CommandResult scenes = RunSeafusion(
      {"synth", "--out", scratch_ / "in", "--count", "6", "--size", "96x64", "--quiet"});
  ASSERT_EQ(scenes.status, 0) << scenes.err;
  fs::create_directories(Out());
  const FaultRun whole = Run({});
  ASSERT_EQ(whole.result.status, 0) << whole.result.err;
  const FolderContent expected = Compared(ContentOf(Out()));
  const std::size_t calls = whole.calls.size();
  int killed = 0, left = 0;
  for (int i = 0; i < moments; ++i) {
    const long at = 1 + static_cast<long>(calls * i / moments);
    fs::remove_all(Out());
    fs::create_directories(Out());
    const FaultRun run = Run({"kill", at});
    const std::string call =
        run.calls.empty() ? "" : run.calls.back().name + " " + run.calls.back().path;
    SCOPED_TRACE("killed at call " + std::to_string(at) + " of " + std::to_string(calls) + ", " +
                 call);
    // Checkpoints are made by the clock, so that a quick run has fewer calls.
    if (run.result.status == 0) continue;
    ASSERT_EQ(run.result.status, 128 + SIGKILL) << run.result.err;
    ++killed;
    const FaultRun again = Run({});
    ASSERT_EQ(again.result.status, 0) << again.result.err;
    const FolderContent now = ContentOf(Out());
    left += static_cast<int>(std::count_if(
        now.begin(), now.end(), [](const auto& file) { return IsTemporary(file.first); }));
    const FolderContent compared = Compared(now);
    for (const auto& [name, content] : expected) {
      ASSERT_TRUE(compared.contains(name)) << name << " is not there";
      ASSERT_TRUE(compared.at(name) == content) << name << " differs";
    }
    ASSERT_EQ(compared.size(), expected.size());
  }
  EXPECT_GE(killed, moments * 3 / 4);
  RecordProperty("moments", killed);
  RecordProperty("temporary_files_left", left);
  std::printf("%s: killed at %d of %zu calls, %d temporary files left\n", GetParam().name.c_str(),
              killed, calls, left);
}

#ifdef SEAFUSION_HAVE_LEARNING
std::vector<std::string> TrainInPieces(const std::vector<std::string>& more) {
  std::vector<std::string> words = {"train", "--data",     "{}/in",
                                    "--out", "{}/out/run", "--threads",
                                    "1",     "--quiet",    "--checkpoint-every",
                                    "1"};
  words.insert(words.end(), more.begin(), more.end());
  return words;
}
#endif

std::vector<KillCase> KillCases() {
  const std::string ir = "{}/in/train/ir", vis = "{}/in/train/vi";
  std::vector<KillCase> cases = {
      {.name = "BulkFusion",
       .quick_moments = 3,
       .arguments = {"fuse", "--ir", ir, "--vis", vis, "-o", "{}/out", "--skip-existing",
                     "--threads", "1", "-q"}},
      {.name = "Comparison",
       .arguments = {"compare", "--ir", ir, "--vis", vis, "--methods", "average,maximum",
                     "--metrics", "en,sd", "--threads", "1", "--report", "{}/out/report"},
       .varying = {"report/report.html", "report/times.csv", "report/compare.json",
                   "report/state/Average.jsonl", "report/state/Maximum.jsonl",
                   "report/state/Infrared.jsonl", "report/state/Visible.jsonl"}}};
#ifdef SEAFUSION_HAVE_LEARNING
  cases.push_back({.name = "Pack",
                   .quick_moments = 2,
                   .arguments = {"pack", "--data", "{}/in", "-o", "{}/out/a.pack", "--threads", "1",
                                 "--quiet", "--overwrite"}});
  cases.push_back({.name = "ContentTraining",
                   .arguments = TrainInPieces({"--steps", "60", "--batch", "2", "--crop", "48"}),
                   .again = {"--resume"},
                   .varying = {"run/checkpoint"}});
  cases.push_back({.name = "LiteTraining",
                   .arguments = TrainInPieces({"--network", "lite", "--set", "crop=64", "--set",
                                               "precision=fp32", "--steps", "80", "--batch", "4"}),
                   .again = {"--resume"},
                   .varying = {"run/checkpoint"}});
  cases.push_back({.name = "JointTraining",
                   .arguments = TrainInPieces({"--preset", "small",
                                               "--set",    "rounds=2",
                                               "--set",    "fusion_steps=12",
                                               "--set",    "fusion_crop=48",
                                               "--set",    "segmentation_width=8",
                                               "--set",    "segmentation_steps=20",
                                               "--set",    "segmentation_batch=2",
                                               "--set",    "segmentation_crop_width=64",
                                               "--set",    "segmentation_crop_height=64",
                                               "--val",    "{}/in/train"}),
                   .again = {"--resume"},
                   .varying = {"run/throughput.csv", "run/checkpoint"}});
#endif
  return cases;
}

INSTANTIATE_TEST_SUITE_P(Runs, KillTest, ::testing::ValuesIn(KillCases()),
                         [](const ::testing::TestParamInfo<KillCase>& c) { return c.param.name; });

}  // namespace
}  // namespace seafusion::tools
