// The verbs train and evaluate, as a user runs them.
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "command_runner.h"
#include "core/testing/scratch_folder.h"
#include "gray_pairs.h"

namespace seafusion::tools {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class TrainCommandTest : public ::testing::Test {
 protected:
  void SetUp() override { WriteGrayPairs(folder_.path() / "data"); }

  CommandResult Train(const std::vector<std::string>& more) {
    std::vector<std::string> arguments = {
        "train", "--data", folder_ / "data", "--out", folder_ / "run", "--threads", "1"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return RunSeafusion(arguments);
  }

  std::string Read(const std::string& name) {
    std::ifstream in(folder_ / name, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
  }

  ScratchFolder folder_;
};

TEST_F(TrainCommandTest, TrainsThenItsWeightsCanBeMeasured) {
  const CommandResult trained =
      Train({"--steps", "3", "--batch", "2", "--crop", "8", "--val", folder_ / "data"});
  ASSERT_EQ(trained.status, 0) << trained.err;
  EXPECT_EQ(trained.out, folder_ / "run/fusion.safetensors\n");
  EXPECT_THAT(folder_.Files("run"),
              ElementsAre("checkpoint", "fusion.safetensors", "log.csv", "settings.json"));
  const auto settings = nlohmann::json::parse(Read("run/settings.json"));
  EXPECT_EQ(settings.at("crop"), 8);
  EXPECT_EQ(settings.at("strategy"), "content-only");

  // The log's last line is the measurement on --val; evaluate must find the same.
  const std::string log = Read("run/log.csv");
  const CommandResult measured =
      RunSeafusion({"evaluate", "--model", folder_ / "run/fusion.safetensors", "--data",
                    folder_ / "data", "--threads", "1", "--json"});
  ASSERT_EQ(measured.status, 0) << measured.err;
  const double content = nlohmann::json::parse(measured.out).at(0).at("content");
  const CommandResult named = RunSeafusion({"evaluate", "--model", "full", "lite", "--data",
                                            folder_ / "data", "--threads", "1", "--json"});
  EXPECT_EQ(named.status, 0) << named.err;
  EXPECT_EQ(nlohmann::json::parse(named.out).size(), 2u);
  const std::string last = log.substr(log.rfind('\n', log.size() - 2) + 1);
  ASSERT_THAT(last, HasSubstr(",val"));
  const std::size_t end = last.rfind(',');
  EXPECT_NEAR(std::stod(last.substr(last.rfind(',', end - 1) + 1)), content, 1e-5 * content);

  // What is there is not trained over, and a resumed run keeps its settings.
  const CommandResult again = Train({"--steps", "3"});
  EXPECT_EQ(again.status, 1);
  EXPECT_THAT(again.err, HasSubstr("run: holds a run already; --resume continues it"));
  const CommandResult other = Train({"--resume", "--crop", "8", "--steps", "4"});
  EXPECT_EQ(other.status, 2);
  EXPECT_THAT(other.err, HasSubstr("--steps 4 differs from 3 of the run to resume"));
  EXPECT_EQ(Read("run/log.csv"), log);
}

TEST_F(TrainCommandTest, NetworkTrainsOnAMixThatFuseCanUse) {
  const std::vector<std::string> small = {"--network", "lite-local", "--set",   "channels=8",
                                          "--set",     "layers=3",   "--set",   "levels=1",
                                          "--set",     "crop=16",    "--set",   "precision=fp32",
                                          "--steps",   "3",          "--batch", "2"};
  std::vector<std::string> mixed = small;
  mixed.insert(mixed.end(), {"--data", folder_ / "data" + ":0.5"});
  const CommandResult trained = Train(mixed);
  ASSERT_EQ(trained.status, 0) << trained.err;
  EXPECT_EQ(trained.out, folder_ / "run/fusion.safetensors\n");
  const auto settings = nlohmann::json::parse(Read("run/settings.json"));
  EXPECT_EQ(settings.at("steps"), 3);
  EXPECT_EQ(settings.at("data").at(1).at("weight"), 0.5);
  const CommandResult info = RunSeafusion({"info", "--json", folder_ / "run/fusion.safetensors"});
  EXPECT_EQ(info.status, 0) << info.err;

  // Of the other trainings' options none is ignored.
  const CommandResult other = Train({"--network", "lite", "--workers", "2"});
  EXPECT_EQ(other.status, 2);
  EXPECT_THAT(other.err, HasSubstr("--workers cannot be used with --network"));
  for (const char* option : {"--init", "--init-segmentation"}) {
    const CommandResult alone = Train({option, "any"});
    EXPECT_EQ(alone.status, 2);
    EXPECT_THAT(alone.err, HasSubstr(std::string(option) + " is for joint training"));
  }
  const CommandResult two = Train({"--data", folder_ / "data"});
  EXPECT_EQ(two.status, 2);
  EXPECT_THAT(two.err, HasSubstr("several --data are for --network without --preset"));
}

TEST_F(TrainCommandTest, AFailedStartLeavesNothing) {
  std::filesystem::remove(folder_.path() / "data/vi/b.png");
  const CommandResult result = Train({});
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(result.err, HasSubstr("data/ir/b.png: has no partner"));
  EXPECT_THAT(result.out, IsEmpty());
  EXPECT_FALSE(std::filesystem::exists(folder_.path() / "run"));
}

}  // namespace
}  // namespace seafusion::tools
