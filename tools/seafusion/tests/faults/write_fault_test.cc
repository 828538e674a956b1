// Every system call of writing fails in turn, for all that the command writes.
//
// After each failure: what was there is whole, old or new; nothing else lies about; the message
// names the file and the reason; the status is 1. What a signal interrupts, or is written in part,
// goes on. By default a few outputs and two kinds of failure; SEAFUSION_EVERY_FAULT in the
// environment: all of them.
#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <functional>
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
using ::testing::HasSubstr;

bool Everything() {
  return std::getenv("SEAFUSION_EVERY_FAULT") != nullptr;
}

// What is written, and how. "{}" in arguments is the folder of a case: in/ has what `prepare`
// made, out/ is looked at.
struct WriteCase {
  std::string name;
  bool quick = false;
  std::vector<std::string> arguments;
  /// Writes what `arguments` read, into in/.
  std::vector<std::vector<std::string>> prepare = {};
  /// Files of a run that may hold a part of what they should: a video up to the failure, the lines
  /// of a log. Others are whole or not there.
  std::set<std::string> partial = {};
  /// Files with times in them, of which runs do not have the same bytes.
  std::set<std::string> varying = {};
  /// Makes a first output, of other content, that `arguments` replace.
  std::vector<std::string> old = {};
};

void PrintTo(const WriteCase& c, std::ostream* out) {
  *out << c.name;
}

class WriteFaultTest : public ::testing::TestWithParam<WriteCase> {
 protected:
  void SetUp() override {
    if (!GetParam().quick && !Everything()) {
      GTEST_SKIP() << "only with SEAFUSION_EVERY_FAULT in the environment";
    }
    fs::create_directories(scratch_.path() / "case/in");
    for (const auto& words : GetParam().prepare) {
      const CommandResult r = RunSeafusion(Filled(words));
      ASSERT_EQ(r.status, 0) << r.err;
    }
    fs::create_directories(scratch_.path() / "old/out");
    if (!GetParam().old.empty()) {
      fs::create_directories(Out());
      const CommandResult r = RunSeafusion(Filled(GetParam().old));
      ASSERT_EQ(r.status, 0) << r.err;
      fs::copy(Out(), scratch_.path() / "old/out",
               fs::copy_options::recursive | fs::copy_options::overwrite_existing);
    }
    old_ = ContentOf(scratch_ / "old/out");
    const FaultRun whole = Run({});
    ASSERT_EQ(whole.result.status, 0) << whole.result.err;
    calls_ = whole.calls.size();
    ASSERT_GT(calls_, 0u);
    new_ = ContentOf(Out());
  }

  std::string Out() const { return scratch_ / "case/out"; }

  std::vector<std::string> Filled(std::vector<std::string> words) const {
    for (std::string& word : words) {
      if (const auto at = word.find("{}"); at != std::string::npos) {
        word.replace(at, 2, scratch_ / "case");
      }
    }
    return words;
  }

  // On the old output.
  FaultRun Run(const WriteFault& fault) {
    fs::remove_all(Out());
    fs::copy(scratch_.path() / "old/out", Out(), fs::copy_options::recursive);
    return RunWithFault(Filled(GetParam().arguments), Out(), scratch_ / "calls", fault);
  }

  // What lies there is old or new, and nothing besides.
  void ExpectWhole(bool all_new, bool temporary_allowed) const {
    const FolderContent now = ContentOf(Out());
    for (const auto& [name, content] : now) {
      if (IsTemporary(name)) {
        EXPECT_TRUE(temporary_allowed) << name << " was left behind";
        continue;
      }
      const auto before = old_.find(name), after = new_.find(name);
      if (before != old_.end() && content == before->second && !all_new) continue;
      if (after == new_.end()) {
        // Names with a time in them.
        EXPECT_THAT(name, HasSubstr("events.out.tfevents"));
        continue;
      }
      if (GetParam().varying.contains(name)) continue;
      if (!all_new && GetParam().partial.contains(name)) continue;
      EXPECT_TRUE(content == after->second) << name << ": " << content.size() << " bytes, not the "
                                            << after->second.size() << " that it should have";
    }
    for (const auto& [name, content] : old_) EXPECT_TRUE(now.contains(name)) << name << " is gone";
    if (!all_new) return;
    for (const auto& [name, content] : new_) {
      if (name.find("tfevents") == std::string::npos) {
        EXPECT_TRUE(now.contains(name)) << name << " is not there";
      }
    }
  }

  // `first`: of the calls that are tried where not all are.
  void FailEach(const std::string& kind, const std::string& reason, std::size_t first = 1) {
    const std::size_t step = Everything() ? 1 : calls_ > 10 ? 4 : 2;
    for (std::size_t at = Everything() ? 1 : first; at <= calls_ + 2; at += step) {
      const FaultRun run = Run({kind, static_cast<long>(at)});
      if (run.calls.size() < at) break;
      const WriteCall& call = run.calls[at - 1];
      SCOPED_TRACE(kind + " at call " + std::to_string(at) + ", " + call.name + " " + call.path +
                   ": " + run.result.err);
      if (run.result.status == 0) {  // what failed did not matter, or was done in another way
        ExpectWhole(true, call.name == "unlink");
      } else {
        EXPECT_EQ(run.result.status, 1);
        EXPECT_THAT(run.result.err, HasSubstr(reason));
        EXPECT_THAT(run.result.err, HasSubstr(Out())) << "names no file";
        ExpectWhole(false, call.name == "unlink");
        EXPECT_FALSE(reason.empty()) << "it should have gone on";
      }
      if (HasFailure()) break;
    }
  }

  ScratchFolder scratch_;
  FolderContent old_, new_;
  std::size_t calls_ = 0;
};

TEST_P(WriteFaultTest, ADiskThatIsFull) {
  FailEach("full", "No space left on device");
}

TEST_P(WriteFaultTest, AnInputOutputError) {
  FailEach("io", "Input/output error", 2);
}

TEST_P(WriteFaultTest, AnInterruptedCall) {
  if (!Everything()) GTEST_SKIP() << "only with SEAFUSION_EVERY_FAULT in the environment";
  FailEach("interrupted", "");
}

TEST_P(WriteFaultTest, APartThatIsWritten) {
  if (!Everything()) GTEST_SKIP() << "only with SEAFUSION_EVERY_FAULT in the environment";
  FailEach("short", "");
}

const std::vector<std::string> kScenes = {"synth", "--out",  "{}/in", "--count",
                                          "2",     "--size", "96x64", "--quiet"};
const std::string kIr = "{}/in/train/ir", kVis = "{}/in/train/vi";

std::vector<std::string> Words(std::vector<std::string> words,
                               const std::vector<std::string>& more) {
  words.insert(words.end(), more.begin(), more.end());
  return words;
}
std::vector<std::string> Fuse(const std::vector<std::string>& more) {
  return Words({"fuse", "--ir", kIr, "--vis", kVis, "--threads", "1", "-q"}, more);
}
#ifdef SEAFUSION_HAVE_LEARNING
std::vector<std::string> Train(const std::vector<std::string>& more) {
  return Words({"train", "--data", "{}/in", "--out", "{}/out/run", "--threads", "1", "--quiet"},
               more);
}
#endif

std::vector<WriteCase> WriteCases() {
  std::vector<WriteCase> cases = {
      {.name = "Pictures",
       .quick = true,
       .arguments = Fuse({"-o", "{}/out"}),
       .prepare = {kScenes}},
      {.name = "PicturesReplaced",
       .quick = true,
       .arguments = Fuse({"-o", "{}/out", "--overwrite"}),
       .prepare = {kScenes},
       .old = Fuse({"-o", "{}/out", "--gray"})},
      {.name = "PicturesByTwoThreads",
       .arguments = Words({"fuse", "--ir", kIr, "--vis", kVis, "--threads", "2", "-q"},
                          {"-o", "{}/out/new/folder"}),
       .prepare = {kScenes}},
      {.name = "NumberedPictures",
       .arguments = Fuse({"-o", "{}/out/f_%04d.png"}),
       .prepare = {kScenes}},
      {.name = "Matroska",
       .quick = true,
       .arguments = Fuse({"-o", "{}/out/f.mkv"}),
       .prepare = {kScenes},
       .partial = {"f.mkv"},
       .varying = {"f.mkv"}},
      {.name = "Mp4",
       .arguments = Fuse({"-o", "{}/out/f.mp4"}),
       .prepare = {kScenes},
       .partial = {"f.mp4"}},
      {.name = "Mp4Replaced",
       .arguments = Fuse({"-o", "{}/out/f.mp4", "--overwrite"}),
       .prepare = {kScenes},
       .partial = {"f.mp4"},
       .old = Fuse({"-o", "{}/out/f.mp4", "--gray"})},
      {.name = "MetricsAsCsv",
       .quick = true,
       .arguments = {"metrics", "--ir", kIr, "--vis", kVis, "--fused", kVis, "--metrics", "en,sd",
                     "--csv", "{}/out/m.csv", "--quiet"},
       .prepare = {kScenes}},
      {.name = "Report",
       .arguments = {"report", "--ir", kIr, "--vis", kVis, "--method", "visible=" + kVis, "-o",
                     "{}/out/page.html"},
       .prepare = {kScenes}},
      {.name = "Rig",
       .arguments = {"align", "--ir", kIr, "--vis", kVis, "--threads", "1", "-o",
                     "{}/out/rig.json"},
       .prepare = {{"synth", "--out", "{}/in", "--count", "2", "--size", "320x240", "--quiet"}},
       .varying = {"rig.json"}},  // says when it was made
      {.name = "Calibration",
       .arguments = {"calibrate", "--ir", kIr, "--vis", kVis, "--model", "full", "-o",
                     "{}/out/w.safetensors"},
       .prepare = {kScenes}},
      {.name = "Scenes",
       .arguments = {"synth", "--out", "{}/out", "--count", "2", "--size", "96x64", "--quiet"}},
      {.name = "Comparison",
       .arguments = {"compare", "--ir", kIr, "--vis", kVis, "--methods", "average", "--metrics",
                     "en,sd", "--threads", "1", "--report", "{}/out/report"},
       .prepare = {kScenes},
       .partial = {"report/means.csv", "report/metrics.csv"},  // of what did not fail
       .varying = {"report/report.html", "report/times.csv", "report/compare.json",
                   "report/state/Average.jsonl", "report/state/Infrared.jsonl",
                   "report/state/Visible.jsonl"}},
  };
#ifdef SEAFUSION_HAVE_LEARNING
  // Weights are those of the step that the run came to.
  const std::set<std::string> begun = {"run/log.csv", "run/val.csv", "run/throughput.csv",
                                       "run/fusion.safetensors", "run/segmentation.safetensors"};
  cases.push_back(
      {.name = "Pack",
       .quick = true,
       .arguments = {"pack", "--data", "{}/in", "-o", "{}/out/a.pack", "--threads", "1", "--quiet"},
       .prepare = {kScenes}});
  cases.push_back({.name = "PackReplaced",
                   .arguments = {"pack", "--data", "{}/in", "-o", "{}/out/a.pack", "--threads", "1",
                                 "--quiet", "--overwrite"},
                   .prepare = {kScenes},
                   .old = {"pack", "--data", "{}/in/train", "-o", "{}/out/a.pack", "--quiet"}});
  cases.push_back({.name = "ContentTraining",
                   .arguments = Train({"--steps", "3", "--batch", "2", "--crop", "16"}),
                   .prepare = {kScenes},
                   .partial = begun,
                   .varying = {"run/checkpoint"}});
  cases.push_back({.name = "LiteTraining",
                   .arguments = Train({"--network", "lite-local", "--set", "channels=8", "--set",
                                       "layers=3", "--set", "levels=1", "--set", "crop=16", "--set",
                                       "precision=fp32", "--steps", "3", "--batch", "2"}),
                   .prepare = {kScenes},
                   .partial = begun,
                   .varying = {"run/checkpoint"}});
  cases.push_back({.name = "JointTraining",
                   .arguments = Train({"--preset", "small",
                                       "--set",    "rounds=1",
                                       "--set",    "fusion_steps=1",
                                       "--set",    "fusion_crop=32",
                                       "--set",    "segmentation_width=8",
                                       "--set",    "segmentation_steps=1",
                                       "--set",    "segmentation_batch=2",
                                       "--set",    "segmentation_crop_width=32",
                                       "--set",    "segmentation_crop_height=32",
                                       "--val",    "{}/in/train"}),
                   .prepare = {kScenes},
                   .partial = begun,
                   .varying = {"run/throughput.csv", "run/checkpoint"}});
#endif
  return cases;
}

INSTANTIATE_TEST_SUITE_P(Outputs, WriteFaultTest, ::testing::ValuesIn(WriteCases()),
                         [](const ::testing::TestParamInfo<WriteCase>& c) { return c.param.name; });

}  // namespace
}  // namespace seafusion::tools
