// The metrics against the values of the authors' code on real and on degenerate pictures. A few
// pairs of each data set; the program golden_metrics checks them all.
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <set>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "golden_check.h"

namespace seafusion::tools {
namespace {

using ::testing::HasSubstr;

void ExpectGolden(const std::string& csv, const std::set<std::string>& pairs, int at_least) {
  const std::string shared = SEAFUSION_SHARED_DIR;
  if (!std::filesystem::exists(shared + "/golden/" + csv)) {
    GTEST_SKIP() << shared << "/golden/" << csv << " is not there";
  }
  const auto cases = ReadGoldenCases(shared + "/golden/" + csv);
  ASSERT_TRUE(cases.ok()) << cases.status().message();
  int checked = 0;
  for (const GoldenCase& golden : *cases) {
    if (!pairs.contains(golden.dataset + " " + golden.pair) && !pairs.contains(golden.dataset)) {
      continue;
    }
    const GoldenPaths paths = FindGoldenPictures(shared, golden);
    ASSERT_FALSE(paths.fused.empty()) << golden.dataset << " " << golden.pair;
    const auto results = CheckGoldenCase(paths, golden);
    ASSERT_TRUE(results.ok()) << results.status().message();
    for (const GoldenResult& r : *results) {
      EXPECT_LE(r.error, r.tolerance)
          << golden.dataset << " " << golden.pair << " " << golden.method << " " << r.name << ": "
          << r.actual << ", expected " << r.expected;
      ++checked;
    }
  }
  EXPECT_GE(checked, at_least);
}

TEST(GoldenMetricsTest, DegenerateAndSyntheticPictures) {
  ExpectGolden("metrics_dev.csv", {"SYNTH"}, 250);
}

TEST(GoldenMetricsTest, RealPictures) {
  ExpectGolden("metrics_dev.csv", {"MSRS 00004N", "RoadScene FLIR_00006", "TNO 01", "TNO42 05"},
               150);
}

TEST(GoldenMetricsTest, PublishedMatlabNumbers) {
  ExpectGolden("published_matlab_tno42_dev.csv", {"TNO42 07", "TNO42 11"}, 22);
}

TEST(GoldenNameTest, SuffixesSayConventionAndPart) {
  const auto name = ParseGoldenName("VIF_255_ir");
  ASSERT_TRUE(name.ok());
  EXPECT_EQ(name->metric, metrics::Metric::kVif);
  EXPECT_EQ(name->convention, metrics::Convention::kF255);
  EXPECT_EQ(name->part, GoldenName::Part::kInfrared);
  const auto plain = ParseGoldenName("MI_nomerge");
  ASSERT_TRUE(plain.ok());
  EXPECT_EQ(plain->metric, metrics::Metric::kMiUnmerged);
  EXPECT_EQ(plain->convention, metrics::Convention::kPaper);
  EXPECT_FALSE(ParseGoldenName("nonsense").ok());
}

TEST(GoldenCasesTest, ABrokenLineIsNamed) {
  const std::string path = ::testing::TempDir() + "/golden_cases_test.csv";
  std::ofstream(path) << "dataset,pair,method,metric,value\nD,P,M,EN,1.5\nD,P,M,EN\n";
  const auto cases = ReadGoldenCases(path);
  ASSERT_FALSE(cases.ok());
  EXPECT_THAT(cases.status().message(), HasSubstr(":3:"));
  std::filesystem::remove(path);
}

}  // namespace
}  // namespace seafusion::tools
