#include "learn/data/pack_run.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "learn/run/test_run.h"

namespace seafusion::learn {
namespace {

using PackRunTest = RunTest;

TEST_F(PackRunTest, PacksAndChecksAndTells) {
  RecordingMonitor record;
  const auto pack = RunPack({.data = folder(), .output = Path("p.pack")}, record.monitor());
  ASSERT_TRUE(pack.ok()) << pack.status().message();
  EXPECT_EQ(pack->pairs, 3u);
  EXPECT_TRUE(pack->labels);
  EXPECT_EQ(pack->bytes, std::filesystem::file_size(Path("p.pack")));
  EXPECT_GT(pack->load_seconds, 0);
  EXPECT_EQ(record.reports.front(), "pack 0/3 pairs");
  EXPECT_EQ(record.reports.back(), "pack 3/3 pairs");
  EXPECT_EQ(RunPack({.data = folder(), .output = Path("p.pack")}, {}).status().code(),
            StatusCode::kAlreadyExists);
  const auto again = RunPack(
      {.data = folder(), .output = Path("p.pack"), .if_exists = IfExists::kReplace, .check = false},
      {});
  ASSERT_TRUE(again.ok());
  EXPECT_EQ(again->load_seconds, 0);
}

TEST_F(PackRunTest, StopsWhenAskedAndLeavesNothing) {
  RecordingMonitor record("pack", 1);
  EXPECT_EQ(RunPack({.data = folder(), .output = Path("p.pack")}, record.monitor()).status().code(),
            StatusCode::kCancelled);
  EXPECT_FALSE(std::filesystem::exists(Path("p.pack")));
}

TEST(PackTextTest, IsAsItIsPrinted) {
  const PackRunResult r{"m.pack", 2, false, 1'250'000, 0.5, 0.0125};
  EXPECT_EQ(PackText(r),
            "m.pack: 2 pairs without labels, 1.2 MB\n"
            "decoding the pictures took 0.5 s; opening and checking the pack takes 0.0125 s\n");
  const auto json = nlohmann::json::parse(PackJson(r));
  EXPECT_EQ(json.at("bytes"), 1'250'000);
  EXPECT_EQ(json.at("labels"), false);
}

}  // namespace
}  // namespace seafusion::learn
