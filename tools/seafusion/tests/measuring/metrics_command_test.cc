// `seafusion metrics` as a user runs it.
#include <cmath>
#include <filesystem>
#include <fstream>
#include <sstream>
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

namespace fs = std::filesystem;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;
using ::testing::StartsWith;

class MetricsCommandTest : public ::testing::Test {
 protected:
  void Stripes(const std::string& name, int width, int height, int level) {
    io::testing::WriteStripes(scratch_ / name, width, height, level);
  }

  void ThreeFolders(const std::vector<std::string>& names) {
    int level = 0;
    for (const std::string& name : names) {
      level += 10;
      for (const char* folder : {"ir", "vi", "fused"}) {
        Stripes(std::string(folder) + "/" + name, 48, 44, level);
      }
    }
  }

  CommandResult Metrics(std::vector<std::string> more) {
    std::vector<std::string> arguments = {"metrics",       "--ir",    scratch_ / "ir",   "--vis",
                                          scratch_ / "vi", "--fused", scratch_ / "fused"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return RunSeafusion(arguments);
  }

  std::vector<std::string> Lines(const std::string& name) {
    std::ifstream file(scratch_ / name);
    std::vector<std::string> lines;
    for (std::string line; std::getline(file, line);) lines.push_back(line);
    return lines;
  }

  ScratchFolder scratch_;
};

TEST_F(MetricsCommandTest, WritesOneCsvLineForEachPairMetricAndConvention) {
  ThreeFolders({"a2.png", "a10.png"});
  const CommandResult result =
      Metrics({"--metrics", "EN,sd", "--csv", scratch_ / "m.csv", "--threads", "2"});
  ASSERT_EQ(result.status, 0) << result.err;
  EXPECT_THAT(result.err, IsEmpty());
  // Stripes of 10 and 20: SD 5 and 10; saturating, half of the differences count.
  EXPECT_THAT(Lines("m.csv"),
              ElementsAre("pair,metric,convention,value", "a2,EN,paper,1", "a2,EN,f255,1",
                          "a2,SD,paper,3.5355339059327378", "a2,SD,f255,5", "a10,EN,paper,1",
                          "a10,EN,f255,1", "a10,SD,paper,7.0710678118654755", "a10,SD,f255,10"));
  EXPECT_THAT(result.out, AllOf(HasSubstr("EN          both"), HasSubstr("SD          paper"),
                                HasSubstr("SD          f255"), HasSubstr("2 pairs measured")));
}

TEST_F(MetricsCommandTest, JsonHoldsPairsAndSummary) {
  ThreeFolders({"a.png", "b.png", "c.png"});
  const CommandResult result =
      Metrics({"--metrics", "SF,PSNR,MI", "--convention", "f255", "--json"});
  ASSERT_EQ(result.status, 0) << result.err;
  const auto json = nlohmann::json::parse(result.out);
  EXPECT_EQ(json["pairs_measured"], 3);
  ASSERT_THAT(json["pairs"], SizeIs(3));
  EXPECT_EQ(json["pairs"][0]["pair"], "a");
  const auto& sf = json["summary"][0];
  EXPECT_EQ(sf["metric"], "SF");
  EXPECT_EQ(sf["convention"], "f255");
  // SF of stripes is their level: 10, 20, 30.
  EXPECT_NEAR(sf["mean"].get<double>(), 20.0, 1e-12);
  EXPECT_NEAR(sf["std"].get<double>(), 10.0, 1e-12);
  EXPECT_NEAR(sf["median"].get<double>(), 20.0, 1e-12);
  const auto& psnr = json["summary"][1];
  EXPECT_EQ(psnr["count"], 0);
  EXPECT_EQ(psnr["not_finite"], 3);
  EXPECT_EQ(json["pairs"][0]["values"][1]["value"], "Inf");
  EXPECT_EQ(json["pairs"][0]["values"][2]["infrared"], 1.0);
}

TEST_F(MetricsCommandTest, LatexTableEscapesAndKeepsExistingFiles) {
  ThreeFolders({"a.png"});
  const std::string path = scratch_ / "t.tex";
  ASSERT_EQ(Metrics({"--metrics", "MS_SSIM", "--latex", path}).status, 0);
  EXPECT_THAT(Lines("t.tex"), ::testing::Contains(StartsWith("MS\\_SSIM & both & ")));
  const CommandResult again = Metrics({"--metrics", "EN", "--latex", path});
  EXPECT_EQ(again.status, 1);
  EXPECT_THAT(again.err, AllOf(HasSubstr(path), HasSubstr("--overwrite")));
  EXPECT_EQ(Metrics({"--metrics", "EN", "--latex", path, "--overwrite"}).status, 0);
}

TEST_F(MetricsCommandTest, MissingPartnersAreNamed) {
  ThreeFolders({"a.png", "b.png"});
  fs::remove(scratch_ / "fused/b.png");
  const CommandResult result = Metrics({"--csv", scratch_ / "m.csv", "--metrics", "EN"});
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(result.out, IsEmpty());
  EXPECT_THAT(result.err, AllOf(HasSubstr("ir/b.png"), HasSubstr("vi/b.png"),
                                HasSubstr("has no partner in"), HasSubstr("--keep-going")));
  EXPECT_FALSE(fs::exists(scratch_ / "m.csv"));
  const CommandResult going =
      Metrics({"--csv", scratch_ / "m.csv", "--metrics", "EN", "--keep-going"});
  EXPECT_EQ(going.status, 0) << going.err;
  EXPECT_THAT(Lines("m.csv"), SizeIs(3));
}

TEST_F(MetricsCommandTest, SizeMismatchIsNamedAndWritesNothing) {
  ThreeFolders({"a.png", "b.png"});
  Stripes("vi/b.png", 40, 44, 9);
  const CommandResult result = Metrics({"--csv", scratch_ / "m.csv", "--metrics", "EN"});
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(result.err, AllOf(HasSubstr("vi/b.png is 40x44"), HasSubstr("ir/b.png is 48x44")));
  EXPECT_FALSE(fs::exists(scratch_ / "m.csv"));
  const CommandResult going =
      Metrics({"--csv", scratch_ / "m.csv", "--metrics", "EN", "--keep-going"});
  EXPECT_EQ(going.status, 1);
  EXPECT_THAT(going.err, HasSubstr("vi/b.png"));
  EXPECT_THAT(Lines("m.csv"), SizeIs(3));
}

TEST_F(MetricsCommandTest, SingleFilesNeedNoCommonName) {
  Stripes("thermal.png", 20, 20, 4);
  Stripes("camera.png", 20, 20, 8);
  Stripes("out.png", 20, 20, 6);
  const CommandResult result = RunSeafusion(
      {"metrics", "--ir", scratch_ / "thermal.png", "--vis", scratch_ / "camera.png", "--fused",
       scratch_ / "out.png", "--metrics", "SF,VIF", "--convention", "f255", "--per-pair"});
  ASSERT_EQ(result.status, 0) << result.err;
  EXPECT_THAT(result.out, AllOf(HasSubstr("out\n"), HasSubstr("6"), HasSubstr("NaN"),
                                HasSubstr("1 not finite")));
}

TEST_F(MetricsCommandTest, BadArgumentsExitWithTwo) {
  ThreeFolders({"a.png"});
  for (const std::vector<std::string>& more : {std::vector<std::string>{"--metrics", "EN,FOO"},
                                               {"--convention", "matlab"},
                                               {"--threads", "-1"},
                                               {"--csv", "same", "--latex", "same"}}) {
    const CommandResult result = Metrics(more);
    EXPECT_EQ(result.status, 2) << more[1];
    EXPECT_THAT(result.err, StartsWith("seafusion metrics: "));
  }
  EXPECT_EQ(RunSeafusion({"metrics"}).status, 2);
  EXPECT_EQ(RunSeafusion({"metrics", "--ir", "x", "--vis", "y"}).status, 2);
}

TEST_F(MetricsCommandTest, ListExplainsEveryMetric) {
  const CommandResult result = RunSeafusion({"metrics", "--list"});
  ASSERT_EQ(result.status, 0);
  for (const char* name : {"EN:", "VIF:", "Qabf:", "MS_SSIM:", "FMI_dct:", "lower"}) {
    EXPECT_THAT(result.out, HasSubstr(name));
  }
}

}  // namespace
}  // namespace seafusion::tools
