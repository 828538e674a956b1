// seafusion train --method, as a user runs it.
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
#include "io/testing/drawn_pictures.h"

namespace seafusion::tools {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

class MethodTrainCommandTest : public ::testing::Test {
 protected:
  void SetUp() override {
    for (const char* band : {"ir", "vi"}) {
      io::testing::WriteGray(folder_ / (std::string("data/") + band + "/a.png"), 20, 18,
                             [&](int x, int y) { return 37 * y + 71 * x + 11 * x * y + band[0]; });
    }
  }

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

TEST_F(MethodTrainCommandTest, TrainsAMethodInItsStages) {
  const std::vector<std::string> tiny = {"--method", "rfn-nest", "--steps", "2",       "--batch",
                                         "1",        "--crop",   "16",      "--width", "8"};
  const CommandResult trained = Train(tiny);
  ASSERT_EQ(trained.status, 0) << trained.err;
  EXPECT_EQ(trained.out, folder_ / "run/rfn-nest.safetensors\n");
  EXPECT_THAT(folder_.Files("run"),
              ElementsAre("checkpoint", "log.csv", "rfn-nest.safetensors", "settings.json"));
  const auto settings = nlohmann::json::parse(Read("run/settings.json"));
  EXPECT_EQ(settings.at("method"), "rfn-nest");
  EXPECT_EQ(settings.at("width"), 8);
  EXPECT_EQ(settings.at("lr"), 1e-4);
  const std::string log = Read("run/log.csv");
  EXPECT_THAT(log, HasSubstr("\n0,2,auto-encoder structure,"));
  EXPECT_THAT(log, HasSubstr("\n1,2,fusion features,"));
  EXPECT_THAT(Read("run/rfn-nest.safetensors").substr(0, 4000),
              HasSubstr("\"method\":\"rfn-nest\""));

  const CommandResult again = Train(tiny);
  EXPECT_EQ(again.status, 1);
  EXPECT_THAT(again.err, HasSubstr("--resume continues it"));
  const CommandResult other = Train({"--method", "rfn-nest", "--resume", "--crop", "18"});
  EXPECT_EQ(other.status, 2);
  EXPECT_THAT(other.err, HasSubstr("--crop differs from that of the run to resume"));
  EXPECT_EQ(Train({"--method", "rfn-nest", "--resume"}).status, 0);
  EXPECT_EQ(Read("run/log.csv"), log);
}

TEST_F(MethodTrainCommandTest, RefusesWhatDoesNotBelongTogether) {
  EXPECT_THAT(Train({"--method", "gtf"}).err,
              HasSubstr("no method called 'gtf' can be trained; there are densefuse"));
  EXPECT_THAT(Train({"--method", "fusiongan"}).err,
              HasSubstr("crops of 132 pixels do not fit the smallest picture side, 18"));
  const CommandResult warmup = Train({"--method", "fusiongan", "--warmup", "3"});
  EXPECT_EQ(warmup.status, 2);
  EXPECT_THAT(warmup.err, HasSubstr("--warmup cannot be used with --method"));
  const CommandResult preset = Train({"--method", "fusiongan", "--preset", "small"});
  EXPECT_EQ(preset.status, 2);
  EXPECT_THAT(preset.err, HasSubstr("--preset cannot be used with --method"));
  const CommandResult width = Train({"--width", "8"});
  EXPECT_EQ(width.status, 2);
  EXPECT_THAT(width.err, HasSubstr("--width is for --method"));
  EXPECT_FALSE(std::filesystem::exists(folder_.path() / "run"));
}

}  // namespace
}  // namespace seafusion::tools
