// seafusion ablate as a user runs it, on rendered scenes.
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "command_runner.h"
#include "core/testing/scratch_folder.h"

namespace seafusion::tools {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

class AblateCommandTest : public ::testing::Test {
 protected:
  void SetUp() override {
    const CommandResult r = RunSeafusion(
        {"synth", "--out", folder_ / "data", "--count", "2", "--size", "64x64", "--quiet"});
    ASSERT_EQ(r.status, 0) << r.err;
    std::ofstream(folder_ / "tiny.json") << R"({
      "rounds": 2, "fusion_steps": 1, "fusion_batch": 2, "fusion_crop": 32,
      "segmentation_width": 8, "segmentation_steps": 1, "segmentation_batch": 2,
      "segmentation_crop_width": 32, "segmentation_crop_height": 32})";
  }

  CommandResult Ablate(const std::vector<std::string>& more, const std::string& stop_at = "") {
    std::vector<std::string> arguments = {"ablate",
                                          "--data",
                                          folder_ / "data/train",
                                          "--val",
                                          folder_ / "data/train",
                                          "--out",
                                          folder_ / "out",
                                          "--config",
                                          folder_ / "tiny.json",
                                          "--threads",
                                          "1"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return RunSeafusion(arguments, {.interrupt_at = stop_at});
  }

  std::string Read(const std::string& name) {
    std::ifstream in(folder_ / name, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
  }

  ScratchFolder folder_;
};

TEST_F(AblateCommandTest, EachStrategyTrainsAndTheTableGrows) {
  const std::vector<std::string> two = {"--strategies", "infrared,joint"};
  const CommandResult stopped = Ablate(two, "strategy 2 of 2: joint");
  EXPECT_EQ(stopped.status, 1);
  EXPECT_THAT(stopped.err, HasSubstr("stopped in joint; the same command goes on from there"));
  EXPECT_THAT(Read("out/table.csv"), HasSubstr("infrared"));
  EXPECT_THAT(Read("out/table.csv"), Not(HasSubstr("joint")));

  const CommandResult rest = Ablate(two);
  ASSERT_EQ(rest.status, 0) << rest.err;
  EXPECT_THAT(rest.err, HasSubstr("infrared (no fusion: the infrared picture)\n  done before"));
  EXPECT_THAT(rest.out, HasSubstr("2 pictures and the labels of " + (folder_ / "data/train")));
  EXPECT_THAT(rest.out, HasSubstr("strategy          person      car     bike     mIoU"));
  EXPECT_THAT(rest.out, HasSubstr("\njoint "));

  // All of them; what is there is kept.
  const CommandResult all = Ablate({"--json", "--quiet"});
  ASSERT_EQ(all.status, 0) << all.err;
  const auto table = nlohmann::json::parse(all.out);
  ASSERT_EQ(table.at("strategies").size(), 8u);
  for (const auto& row : table.at("strategies")) {
    EXPECT_EQ(row.at("pictures"), 2);
    EXPECT_GT(row.at("miou").get<double>(), 0.0) << row;
  }
  const auto settings = nlohmann::json::parse(Read("out/no-gradient/fusion/settings.json"));
  EXPECT_EQ(settings.at("gradient_stream"), false);
  EXPECT_EQ(nlohmann::json::parse(Read("out/visible/segmentation/settings.json"))
                .at("segmentation_source"),
            "vis");

  const CommandResult other = Ablate({"--set", "seed=2"});
  EXPECT_EQ(other.status, 1);
  EXPECT_THAT(other.err, HasSubstr("begun with other data or settings"));
}

TEST_F(AblateCommandTest, WrongArgumentsAreNamed) {
  EXPECT_EQ(Ablate({"--strategies", "joint,best"}).status, 2);
  EXPECT_THAT(Ablate({"--weights", "joint=lite"}).err, HasSubstr("'joint' is a strategy"));
  EXPECT_EQ(Ablate({"--weights", "../up=lite"}).status, 2);
  EXPECT_EQ(Ablate({"--weights", "lite"}).status, 2);
  const CommandResult absent = Ablate({"--weights", "ours=" + (folder_ / "no.safetensors")});
  EXPECT_EQ(absent.status, 1);
  EXPECT_THAT(absent.err, HasSubstr("no.safetensors"));
  const CommandResult r = RunSeafusion(
      {"ablate", "--data", folder_ / "data/train", "--out", folder_ / "out", "--threads", "1"});
  EXPECT_EQ(r.status, 1);
  EXPECT_THAT(r.err, HasSubstr("has neither val nor test in it"));
}

}  // namespace
}  // namespace seafusion::tools
