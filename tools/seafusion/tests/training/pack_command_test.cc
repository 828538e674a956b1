// The verb pack, as a user runs it, and what train and evaluate make of its file.
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

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::StartsWith;

class PackCommandTest : public ::testing::Test {
 protected:
  void SetUp() override { WriteGrayPairs(folder_.path() / "data/train"); }

  CommandResult Pack(const std::vector<std::string>& more) {
    std::vector<std::string> arguments = {
        "pack", "--data", folder_ / "data", "-o", folder_ / "a.pack", "--threads", "1"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return RunSeafusion(arguments);
  }
  std::string Read(const std::string& name) {
    std::ifstream in(folder_ / name, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
  }

  ScratchFolder folder_;
};

TEST_F(PackCommandTest, TrainingOnThePackIsTrainingOnTheFolder) {
  const CommandResult packed = Pack({});
  ASSERT_EQ(packed.status, 0) << packed.err;
  EXPECT_THAT(packed.out, StartsWith(folder_ / "a.pack" + ": 2 pairs without labels, "));
  EXPECT_THAT(packed.err, IsEmpty());
  const auto train = [&](const std::string& data, const std::string& out) {
    const CommandResult r =
        RunSeafusion({"train", "--data", data, "--out", folder_ / out, "--steps", "3", "--batch",
                      "2", "--crop", "8", "--threads", "1"});
    EXPECT_EQ(r.status, 0) << r.err;
    return Read(out + "/log.csv");
  };
  const std::string log = train(folder_ / "data", "from_folder");
  EXPECT_THAT(log, HasSubstr("\n3,"));
  EXPECT_EQ(train(folder_ / "a.pack", "from_pack"), log);
  EXPECT_EQ(Read("from_pack/fusion.safetensors"), Read("from_folder/fusion.safetensors"));

  const auto evaluate = [&](const std::string& data) {
    return RunSeafusion({"evaluate", "--data", data, "--threads", "1", "--json"});
  };
  const CommandResult measured = evaluate(folder_ / "a.pack");
  ASSERT_EQ(measured.status, 0) << measured.err;
  EXPECT_EQ(measured.out, evaluate(folder_ / "data/train").out);
}

TEST_F(PackCommandTest, ReportsAsJson) {
  const CommandResult packed = Pack({"--json", "--quiet"});
  ASSERT_EQ(packed.status, 0) << packed.err;
  const auto summary = nlohmann::json::parse(packed.out);
  EXPECT_EQ(summary.at("pairs"), 2);
  EXPECT_EQ(summary.at("labels"), false);
  EXPECT_EQ(summary.at("bytes"), std::filesystem::file_size(folder_ / "a.pack"));
  EXPECT_GT(summary.at("load_seconds"), 0.0);
}

TEST_F(PackCommandTest, RefusesWhatCannotBePacked) {
  ASSERT_EQ(Pack({"--quiet"}).out, "");
  const CommandResult again = Pack({});
  EXPECT_EQ(again.status, 1);
  EXPECT_EQ(again.err, "seafusion pack: " + folder_ / "a.pack" + ": exists already\n");
  EXPECT_EQ(Pack({"--overwrite", "--quiet"}).status, 0);
  const std::string whole = Read("a.pack");

  // What is broken is named, and the pack that was there stays.
  const std::string broken = folder_ / "data/train/ir/b.png";
  std::filesystem::resize_file(broken, 50);
  const CommandResult failed = Pack({"--overwrite"});
  EXPECT_EQ(failed.status, 1);
  EXPECT_THAT(failed.err, StartsWith("seafusion pack: " + broken + ": "));
  EXPECT_EQ(Read("a.pack"), whole);
  EXPECT_EQ(folder_.Files(),
            (std::vector<std::string>{"a.pack", "data/train/ir/a.png", "data/train/ir/b.png",
                                      "data/train/vi/a.png", "data/train/vi/b.png"}));
  EXPECT_EQ(RunSeafusion({"pack", "--data", folder_ / "none", "-o", folder_ / "x"}).err,
            "seafusion pack: " + folder_ / "none" + ": no such folder\n");
  EXPECT_EQ(RunSeafusion({"pack", "-o", folder_ / "x"}).status, 2);

  std::filesystem::resize_file(folder_ / "a.pack", 200);
  const CommandResult cut =
      RunSeafusion({"train", "--data", folder_ / "a.pack", "--out", folder_ / "run"});
  EXPECT_EQ(cut.status, 1);
  EXPECT_THAT(cut.err, HasSubstr("a.pack: this pack is cut short or was changed at its end"));
}

TEST_F(PackCommandTest, AFullDiskLeavesNothing) {
  CommandRunOptions options;
  options.max_file_bytes = 1000;
  const CommandResult full = RunSeafusion(
      {"pack", "--data", folder_ / "data", "-o", folder_ / "a.pack", "--threads", "1"}, options);
  EXPECT_EQ(full.status, 1);
  EXPECT_THAT(full.err, HasSubstr("a.pack: cannot write: File too large"));
  EXPECT_FALSE(std::filesystem::exists(folder_ / "a.pack"));
  EXPECT_EQ(folder_.Files().size(), 4u);
}

}  // namespace
}  // namespace seafusion::tools
