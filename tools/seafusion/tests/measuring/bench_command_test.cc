#include <string>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "command_runner.h"
#include "core/cpu/cpu_target.h"

namespace seafusion::tools {
namespace {

TEST(BenchCommand, ReportsWhatItMeasured) {
  const CommandResult r = RunSeafusion({"bench", "--model", "full", "--size", "40x24", "--threads",
                                        "1", "--seconds", "0", "--json"});
  ASSERT_EQ(r.status, 0) << r.err;
  const auto report = nlohmann::json::parse(r.out);
  EXPECT_EQ(report["width"], 40);
  EXPECT_EQ(report["height"], 24);
  EXPECT_EQ(report["threads"], 1);
  EXPECT_EQ(report["frames"], 3);
  EXPECT_EQ(report["engine"].get<std::string>().rfind("winograd ", 0), 0u);
  const double median = report["median_ms"];
  EXPECT_GT(median, 0);
  EXPECT_LE(report["min_ms"], report["quartile_1_ms"]);
  EXPECT_LE(report["quartile_1_ms"], median);
  EXPECT_LE(median, report["quartile_3_ms"]);
  EXPECT_NEAR(report["frames_per_s"].get<double>() * median, 1000, 1e-6);
  // 166,000 multiply-adds a pixel.
  EXPECT_NEAR(report["gmac_per_s"].get<double>() * median / (40 * 24), 0.166, 0.0005);
  EXPECT_GT(report["peak_gmac_per_s"], 0);
}

TEST(BenchCommand, TheLiteNetworkIsMeasuredWhenNoOtherIsNamed) {
  const CommandResult r = RunSeafusion({"bench", "--size", "40x24", "--seconds", "0", "--json"});
  ASSERT_EQ(r.status, 0) << r.err;
  EXPECT_EQ(nlohmann::json::parse(r.out)["engine"].get<std::string>().rfind("direct ", 0), 0u);
}

TEST(BenchCommand, PrecisionChoosesTheEngine) {
  const CommandResult r = RunSeafusion(
      {"bench", "--size", "9x7", "--seconds", "0", "--precision", "reference", "--json"});
  ASSERT_EQ(r.status, 0) << r.err;
  EXPECT_EQ(nlohmann::json::parse(r.out)["engine"], "reference");
}

TEST(BenchCommand, CpuTargetIsForced) {
  for (const CpuTarget target : SupportedCpuTargets()) {
    const std::string name(CpuTargetName(target));
    for (const std::string precision : {"fp32", "int16"}) {
      const CommandResult r =
          RunSeafusion({"bench", "--model", "full", "--size", "9x7", "--seconds", "0", "--frames",
                        "1", "--precision", precision, "--cpu-target", name, "--json"});
      ASSERT_EQ(r.status, 0) << r.err;
      const auto report = nlohmann::json::parse(r.out);
      EXPECT_EQ(report["engine"], "winograd " + precision + " " + name);
      EXPECT_EQ(report["frames"], 1);
    }
  }
  const CommandResult r = RunSeafusion({"bench", "--cpu-target", "z80"});
  EXPECT_EQ(r.status, 1);
  EXPECT_NE(r.err.find("'z80' is not among this machine's: "), std::string::npos) << r.err;
}

TEST(BenchCommand, TableHasALineForEachPrecisionThatThereIs) {
  const CommandResult r = RunSeafusion({"bench", "--model", "full", "--table", "--size", "9x7",
                                        "--seconds", "0", "--frames", "1", "--threads", "2"});
  ASSERT_EQ(r.status, 0) << r.err;
  EXPECT_NE(r.out.find("9x7         fp32"), std::string::npos) << r.out;
  EXPECT_NE(r.out.find("without int8: full: int8 is for lite networks"), std::string::npos)
      << r.out;
  EXPECT_EQ(r.out.find("640x480"), std::string::npos) << r.out;
}

TEST(BenchCommand, RefusesSillySizes) {
  for (const char* size : {"0x5", "640", "axb", "640x480x3", "-1x5", ""}) {
    const CommandResult r = RunSeafusion({"bench", "--size", size});
    EXPECT_EQ(r.status, 2) << size;
    EXPECT_EQ(r.out, "");
    EXPECT_NE(r.err.find("WIDTHxHEIGHT"), std::string::npos) << r.err;
  }
}

}  // namespace
}  // namespace seafusion::tools
