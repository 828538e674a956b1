// Joint training as a user runs it, on rendered scenes.
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

namespace seafusion::tools {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;

class JointTrainCommandTest : public ::testing::Test {
 protected:
  void SetUp() override {
    const CommandResult r = RunSeafusion(
        {"synth", "--out", folder_ / "data", "--count", "2", "--size", "96x64", "--quiet"});
    ASSERT_EQ(r.status, 0) << r.err;
    std::ofstream(folder_ / "tiny.json") << R"({
      // Seconds on one processor.
      "rounds": 2, "fusion_steps": 2, "fusion_batch": 2, "fusion_crop": 32,
      "segmentation_width": 8, "segmentation_steps": 2, "segmentation_batch": 2,
      "segmentation_crop_width": 32, "segmentation_crop_height": 32})";
  }

  CommandResult Train(const std::string& run, const std::vector<std::string>& more,
                      const std::string& interrupt_at = "") {
    std::vector<std::string> arguments = {
        "train", "--data", folder_ / "data", "--out", folder_ / run, "--threads", "1"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return RunSeafusion(arguments, {.interrupt_at = interrupt_at});
  }

  std::string Read(const std::string& name) {
    std::ifstream in(folder_ / name, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
  }

  ScratchFolder folder_;
};

TEST_F(JointTrainCommandTest, AnInterruptedRunGoesOnExactly) {
  const std::vector<std::string> options = {"--config", folder_ / "tiny.json", "--val",
                                            folder_ / "data/train"};
  const CommandResult whole = Train("whole", options);
  ASSERT_EQ(whole.status, 0) << whole.err;
  EXPECT_EQ(whole.out, folder_ / "whole/fusion.safetensors\n");
  EXPECT_THAT(folder_.Files("whole"), Contains("segmentation.safetensors"));
  EXPECT_THAT(folder_.Files("whole/samples"), Contains(HasSubstr("segmented")));
  const auto settings = nlohmann::json::parse(Read("whole/settings.json"));
  EXPECT_EQ(settings.at("strategy"), "joint");
  EXPECT_EQ(settings.at("fusion_crop"), 32);

  const CommandResult part = Train("part", options, "round 1: segmentation");
  EXPECT_EQ(part.status, 1);
  EXPECT_THAT(part.err, HasSubstr("--resume continues"));
  const CommandResult rest =
      Train("part", {"--resume", "--preset", "paper", "--val", folder_ / "data/train"});
  ASSERT_EQ(rest.status, 0) << rest.err;
  for (const char* file :
       {"log.csv", "val.csv", "fusion.safetensors", "segmentation.safetensors"}) {
    EXPECT_EQ(Read(std::string("part/") + file), Read(std::string("whole/") + file)) << file;
  }
}

TEST_F(JointTrainCommandTest, WrongSettingsAreNamedAndLeaveNothing) {
  const auto refused = [&](int status, const std::vector<std::string>& options,
                           const std::string& message) {
    const CommandResult r = Train("run", options);
    EXPECT_EQ(r.status, status) << message;
    EXPECT_THAT(r.err, HasSubstr(message));
    EXPECT_FALSE(std::filesystem::exists(folder_ / "run"));
  };
  refused(2, {"--set", "fusion_step=3"}, "no setting is called \"fusion_step\"");
  refused(2, {"--set", "rounds=0"}, "rounds is not in 1..1000");
  refused(2, {"--device", "tpu"}, "--device tpu: not a device name");
  refused(1, {"--config", folder_ / "absent.json"}, "absent.json");
  std::ofstream(folder_ / "bad.json") << R"({"rounds": "two"})";
  refused(1, {"--config", folder_ / "bad.json"}, "bad.json: rounds cannot be \"two\"");
  EXPECT_EQ(Train("run", {"--preset", "large"}).status, 2);
  EXPECT_EQ(Train("run", {"--preset", "small", "--steps", "3"}).status, 2);
}

TEST_F(JointTrainCommandTest, LabelsThatAreNoClassesAreNamed) {
  // A picture of many gray levels in place of labels.
  const std::string labels = folder_ / "data/train/Segmentation_labels";
  const auto first = std::filesystem::directory_iterator(labels)->path();
  const auto ir = std::filesystem::path(folder_ / "data/train/ir") / first.filename();
  std::filesystem::copy_file(ir, first, std::filesystem::copy_options::overwrite_existing);
  const CommandResult wrong = Train("run", {"--preset", "small"});
  EXPECT_EQ(wrong.status, 1);
  EXPECT_THAT(wrong.err, HasSubstr("Segmentation_labels/" + first.filename().string()));
  EXPECT_THAT(wrong.err, HasSubstr("nor 255"));
  std::filesystem::remove(first);
  EXPECT_THAT(Train("run", {"--preset", "small"}).err, HasSubstr("has no label picture"));
}

}  // namespace
}  // namespace seafusion::tools
