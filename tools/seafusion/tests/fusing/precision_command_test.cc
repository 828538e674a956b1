// The int16 precision from calibration to its error, through the command.
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "command_runner.h"
#include "core/testing/scratch_folder.h"

namespace seafusion::tools {
namespace {

const std::string kIr = SEAFUSION_EXAMPLES_DIR "/ir";
const std::string kVis = SEAFUSION_EXAMPLES_DIR "/vi";

class AccuracyTest : public testing::Test {
 protected:
  static CommandResult Compare(const std::string& precision) {
    return RunSeafusion({"bench", "--model", "full", "--ir", kIr, "--vis", kVis, "--precision",
                         precision, "--json"});
  }
};

TEST_F(AccuracyTest, Fp32EqualsItself) {
  const CommandResult r = Compare("fp32");
  ASSERT_EQ(r.status, 0) << r.err;
  const auto pictures = nlohmann::json::parse(r.out)["pictures"];
  ASSERT_FALSE(pictures.empty());
  for (const auto& p : pictures) {
    EXPECT_TRUE(p["psnr_db"].is_null());  // infinite
    EXPECT_EQ(p["most_of_255"], 0.0);
    EXPECT_EQ(p["unequal_share"], 0.0);
  }
}

TEST_F(AccuracyTest, Int16IsAtMostOneLevelOff) {
  const CommandResult r = Compare("int16");
  ASSERT_EQ(r.status, 0) << r.err;
  const auto pictures = nlohmann::json::parse(r.out)["pictures"];
  ASSERT_FALSE(pictures.empty());
  for (const auto& p : pictures) {
    EXPECT_GT(p["psnr_db"].get<double>(), 60.0);
    EXPECT_GT(p["most_of_255"].get<double>(), 0.0);
    EXPECT_LE(p["most_levels"].get<int>(), 1);
  }
}

TEST_F(AccuracyTest, NeedsBothSources) {
  EXPECT_EQ(RunSeafusion({"bench", "--ir", "x"}).status, 2);
  EXPECT_EQ(RunSeafusion({"bench", "--vis", "x"}).status, 2);
  EXPECT_EQ(RunSeafusion({"bench", "--ir", "/nowhere", "--vis", "/nowhere"}).status, 1);
}

TEST(CalibrateCommand, TheWeightsItWritesFuseInInt16) {
  const ScratchFolder scratch;
  const std::string weights = scratch / "weights.safetensors";
  const CommandResult r = RunSeafusion(
      {"calibrate", "--ir", kIr + "/day.png", "--vis", kVis + "/day.png", "-o", weights});
  ASSERT_EQ(r.status, 0) << r.err;
  EXPECT_EQ(r.out, weights + ": calibrated on 1 pairs\n");

  const CommandResult fused =
      RunSeafusion({"fuse", "--ir", kIr, "--vis", kVis, "-o", scratch / "fused", "--model", weights,
                    "--precision", "int16", "--json"});
  EXPECT_EQ(fused.status, 0) << fused.err;

  // An existing file stays, and no picture of one source may be left over.
  const CommandResult again = RunSeafusion(
      {"calibrate", "--ir", kIr + "/day.png", "--vis", kVis + "/day.png", "-o", weights});
  EXPECT_EQ(again.status, 1);
  EXPECT_NE(again.err.find("--overwrite"), std::string::npos) << again.err;
  const CommandResult unpaired =
      RunSeafusion({"calibrate", "--ir", kIr, "--vis", kVis + "/d*.png", "-o", scratch / "other"});
  EXPECT_EQ(unpaired.status, 1);
  EXPECT_NE(unpaired.err.find("night.png has no partner"), std::string::npos) << unpaired.err;
}

TEST(FusePrecision, ExactResultsAreNotLeftToInt16) {
  const ScratchFolder scratch;
  // A small pair: without vector instructions, a picture of a camera takes ten seconds.
  ASSERT_EQ(RunSeafusion(
                {"synth", "--out", scratch / "data", "--count", "1", "--size", "64x64", "--quiet"})
                .status,
            0);
  const auto engine = [&](std::vector<std::string> more) {
    std::vector<std::string> args = {"fuse",
                                     "--model",
                                     "full",
                                     "--ir",
                                     scratch / "data/train/ir",
                                     "--vis",
                                     scratch / "data/train/vi",
                                     "-o",
                                     scratch / "out",
                                     "--overwrite",
                                     "--json"};
    args.insert(args.end(), more.begin(), more.end());
    const CommandResult r = RunSeafusion(args);
    EXPECT_EQ(r.status, 0) << r.err;
    return nlohmann::json::parse(r.out)["engine"].get<std::string>();
  };
  EXPECT_EQ(engine({"--bits", "16"}).rfind("winograd fp32", 0), 0u);
  EXPECT_EQ(engine({"--range", "reference"}).rfind("winograd fp32", 0), 0u);
  EXPECT_EQ(engine({"--precision", "int16", "--bits", "16"}).rfind("winograd int16", 0), 0u);
  EXPECT_EQ(engine({"--precision", "int16", "--cpu-target", "scalar"}), "winograd int16 scalar");
}

TEST(FusePrecision, UnknownTargetsAreNamed) {
  const ScratchFolder scratch;
  const CommandResult r =
      RunSeafusion({"fuse", "--ir", kIr + "/day.png", "--vis", kVis + "/day.png", "-o",
                    scratch / "out.png", "--cpu-target", "z80"});
  EXPECT_EQ(r.status, 1);
  EXPECT_NE(r.err.find("'z80' is not among this machine's: "), std::string::npos) << r.err;
}

}  // namespace
}  // namespace seafusion::tools
