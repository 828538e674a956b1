#include "learn/lite/lite_run.h"

#include <algorithm>
#include <atomic>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/files/file.h"
#include "learn/data/test_folder.h"
#include "learn/run/test_run.h"
#include "learn/segmentation/networks/segmentation_net.h"
#include "model/graph/network.h"
#include "model/weights/safetensors.h"

namespace seafusion::learn {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

class LiteRunTest : public PairFolderTest {
 protected:
  void SetUp() override {
    PairFolderTest::SetUp();
    WritePair("a", 40, 36);
    WritePair("b", 36, 48);
    settings_.data = {folder() + ":2", folder()};
    settings_.out = Path("run");
    settings_.val = folder();
    settings_.threads = 1;
    settings_.choice.set = {"channels=8", "layers=3", "steps=8",  "batch=2",
                            "crop=32",    "levels=2", "warmup=2", "precision=fp32"};
  }
  std::string Text(const std::string& name) {
    std::ostringstream text;
    text << std::ifstream(Path(name), std::ios::binary).rdbuf();
    return text.str();
  }

  LiteRunSettings settings_;
};

TEST_F(LiteRunTest, WritesWeightsThatSayWhatTheyAreALogAndSettings) {
  std::uint64_t last = 0;
  std::string said;
  RunMonitor monitor;
  monitor.progress = [&](const RunProgress& p) {
    EXPECT_EQ(p.total, 8u);
    last = p.done;
  };
  monitor.message = [&](std::string_view text) { said += text; };
  const auto path = RunLiteTraining(settings_, monitor);
  ASSERT_TRUE(path.ok()) << path.status().message();
  EXPECT_EQ(last, 8u);
  EXPECT_THAT(said, StartsWith("step 8: val total "));
  const auto archive = model::LoadSafetensors(*path);
  ASSERT_TRUE(archive.ok()) << archive.status().message();
  const auto network = model::IdentifyNetwork(*archive);
  ASSERT_TRUE(network.ok()) << network.status().message();
  EXPECT_EQ(*network->lite, (model::LiteParameters{8, 3, true}));
  EXPECT_EQ(archive->metadata.at("steps_done"), "8");
  EXPECT_THAT(archive->metadata.at("settings"), HasSubstr("\"crop\": 32"));
  const std::string log = Text("run/log.csv");
  EXPECT_THAT(log, StartsWith("step,lr,intensity,texture,levels,total,set\n1,"));
  EXPECT_EQ(std::count(log.begin(), log.end(), '\n'), 1 + 8 + 1);
  EXPECT_THAT(Text("run/settings.json"), HasSubstr("\"weight\": 2.0"));
}

TEST_F(LiteRunTest, AResumedRunEndsAsOneThatWasNot) {
  const auto whole = RunLiteTraining(settings_, {});
  ASSERT_TRUE(whole.ok()) << whole.status().message();
  const std::string expected = Text("run/fusion.safetensors"), log = Text("run/log.csv");

  settings_.out = Path("stopped");
  std::atomic<bool> stop = false;
  RunMonitor monitor;
  monitor.stop = &stop;
  monitor.progress = [&](const RunProgress& p) { stop = p.done == 3; };
  const auto stopped = RunLiteTraining(settings_, monitor);
  EXPECT_EQ(stopped.status().code(), StatusCode::kCancelled);
  EXPECT_EQ(stopped.status().message(), "stopped at step 3 of 8; --resume continues");
  EXPECT_EQ(RunLiteTraining(settings_, {}).status().code(), StatusCode::kAlreadyExists);
  settings_.resume = true;
  const auto resumed = RunLiteTraining(settings_, {});
  ASSERT_TRUE(resumed.ok()) << resumed.status().message();
  EXPECT_EQ(Text("stopped/fusion.safetensors"), expected);
  EXPECT_EQ(Text("stopped/log.csv"), log);

  settings_.choice.set = {"lr=0.001"};
  EXPECT_THAT(RunLiteTraining(settings_, {}).status().message(),
              HasSubstr("lr 0.001 differs from 0.003 of the run to resume"));
  settings_.choice = {.preset = "lite-local"};
  EXPECT_THAT(RunLiteTraining(settings_, {}).status().message(),
              HasSubstr("coarse false differs from true"));
  settings_.choice = {};
  settings_.data = {folder() + ":3", folder()};
  EXPECT_THAT(RunLiteTraining(settings_, {}).status().message(),
              HasSubstr("--data must name the data sets of the run to resume"));
}

TEST_F(LiteRunTest, BeginsWithTheWeightsOfAnother) {
  const auto first = RunLiteTraining(settings_, {});
  ASSERT_TRUE(first.ok()) << first.status().message();
  const auto loss_of = [](const std::string& log) {  // of the first step: step, rate, loss
    double rate = 0, loss = 0;
    EXPECT_EQ(std::sscanf(log.c_str() + log.find("\n1,"), "\n1,%lf,%lf", &rate, &loss), 2);
    return loss;
  };
  const double fresh = loss_of(Text("run/log.csv"));
  settings_.init = *first;
  settings_.out = Path("second");
  const auto second = RunLiteTraining(settings_, {});
  ASSERT_TRUE(second.ok()) << second.status().message();
  EXPECT_LT(loss_of(Text("second/log.csv")), fresh);
  EXPECT_THAT(Text("second/settings.json"), HasSubstr("\"init\": "));

  settings_.resume = true;
  EXPECT_THAT(RunLiteTraining(settings_, {}).status().message(), HasSubstr("--init begins a run"));
  settings_.resume = false;
  settings_.out = Path("third");
  settings_.init = "full";
  EXPECT_EQ(RunLiteTraining(settings_, {}).status().message(),
            "full: the weights are of the network seafusion, the one to train is lite");
  settings_.init = "lite";
  EXPECT_THAT(RunLiteTraining(settings_, {}).status().message(),
              StartsWith("lite: the weights do not fit the settings: "));
  EXPECT_FALSE(std::filesystem::exists(Path("third")));
}

TEST_F(LiteRunTest, FurtherLossesAreLogged) {
  settings_.choice.set.push_back("contrast_weight=1");
  settings_.choice.set.push_back("structure_weight=0.5");
  settings_.choice.set.push_back("noise=0.02");
  const auto path = RunLiteTraining(settings_, {});
  ASSERT_TRUE(path.ok()) << path.status().message();
  EXPECT_THAT(Text("run/log.csv"),
              StartsWith("step,lr,intensity,texture,levels,contrast,structure,total,set\n1,"));
}

TEST_F(LiteRunTest, WhatASegmentationNetworkSeesIsALossToo) {
  const auto net = SegmentationNet::Initialized({.width = 8}, 3);
  ASSERT_TRUE(net.ok());
  const auto bytes = model::SerializeSafetensors(net->ToArchive());
  ASSERT_TRUE(bytes.ok());
  const std::string file = Path("seg.safetensors");
  ASSERT_TRUE(WriteFileAtomically(file, *bytes, IfExists::kReplace).ok());
  settings_.choice.set.push_back("perceptual_weight=0.1");
  EXPECT_EQ(RunLiteTraining(settings_, {}).status().message(),
            "perceptual_weight and perceptual_network go together");
  settings_.choice.set.push_back("perceptual_network=" + Path("absent.safetensors"));
  EXPECT_THAT(RunLiteTraining(settings_, {}).status().message(), HasSubstr("absent.safetensors"));
  EXPECT_FALSE(std::filesystem::exists(Path("run")));

  settings_.choice.set.back() = "perceptual_network=" + file;
  RecordingMonitor stop("train", 2);
  EXPECT_EQ(RunLiteTraining(settings_, stop.monitor()).status().code(), StatusCode::kCancelled);
  settings_.resume = true;
  const auto path = RunLiteTraining(settings_, {});
  ASSERT_TRUE(path.ok()) << path.status().message();
  EXPECT_THAT(Text("run/log.csv"),
              StartsWith("step,lr,intensity,texture,levels,perceptual,total,set\n1,"));
  const std::string resumed = Text("run/fusion.safetensors");
  settings_.resume = false;
  settings_.out = Path("whole");
  ASSERT_TRUE(RunLiteTraining(settings_, {}).ok());
  EXPECT_EQ(Text("whole/fusion.safetensors"), resumed);
}

TEST_F(LiteRunTest, RefusalsNameTheirCauseAndWriteNothing) {
  LiteRunSettings s = settings_;
  s.choice.set = {"stepz=3"};
  EXPECT_EQ(RunLiteTraining(s, {}).status().message(), "--set: no setting is called \"stepz\"");
  s = settings_;
  s.choice.config = Path("none.json");
  EXPECT_EQ(RunLiteTraining(s, {}).status().code(), StatusCode::kNotFound);
  s = settings_;
  s.data = {Path("none")};
  EXPECT_THAT(RunLiteTraining(s, {}).status().message(), HasSubstr(Path("none")));
  s = settings_;
  s.choice.set = {"crop=64"};
  EXPECT_THAT(RunLiteTraining(s, {}).status().message(), HasSubstr("64"));
  EXPECT_FALSE(std::filesystem::exists(Path("run")));
}

TEST(ChosenLiteSettings, OrderDoesNotMatterForRanges) {
  // Five levels, the preset's, do not fit crops of 32.
  const auto s = ChosenLiteSettings({.set = {"crop=32", "levels=2"}});
  ASSERT_TRUE(s.ok()) << s.status().message();
  EXPECT_EQ(s->crop, 32);
  EXPECT_EQ(ChosenLiteSettings({.set = {"crop=32"}}).status().message(),
            "levels is not in 0..log2(crop) - 1");
}

TEST(ChosenLiteSettings, FileThenAssignments) {
  const std::string path = ::testing::TempDir() + "lite_config.json";
  std::ofstream(path) << "{\"steps\": 7, \"seed\": 5}";
  const auto s = ChosenLiteSettings({"lite-local", path, {"seed=6"}});
  ASSERT_TRUE(s.ok()) << s.status().message();
  EXPECT_EQ(s->steps, 7u);
  EXPECT_EQ(s->seed, 6u);
  EXPECT_FALSE(s->coarse);
}

}  // namespace
}  // namespace seafusion::learn
