// What is told of a measurement; never how fast.
#include "fuse/speed/speed.h"
#include "fuse/speed/speed_table.h"

#include <algorithm>
#include <atomic>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace seafusion {
namespace {

SpeedSettings Small() {
  return {.width = 40, .height = 24, .engine = {.threads = 1}, .seconds = 0, .frames = 4};
}

TEST(SpeedTest, MeasuresTheFramesAskedForAndTheFiguresFitTogether) {
  SpeedSettings settings = Small();
  settings.weights = "full";
  const auto report = MeasureSpeed(settings);
  ASSERT_TRUE(report.ok()) << report.status().message();
  EXPECT_EQ(report->frames, 4u);
  EXPECT_EQ(report->threads, 1);
  EXPECT_GT(report->least, 0);
  EXPECT_LE(report->least, report->quartile_1);
  EXPECT_LE(report->quartile_1, report->median);
  EXPECT_LE(report->median, report->quartile_3);
  EXPECT_GT(report->peak_rate, 0);
  const auto json = nlohmann::json::parse(SpeedJson(*report));
  EXPECT_EQ(json["width"], 40);
  EXPECT_EQ(json["median_ms"], report->median);
  EXPECT_NEAR(json["frames_per_s"].get<double>() * report->median, 1000, 1e-6);
  // Published: about 166 thousand multiply-adds a pixel.
  const double per_pixel = report->rate * 1e9 * report->median * 1e-3 / (40 * 24);
  EXPECT_NEAR(per_pixel, 166e3, 2e3);
  EXPECT_NE(SpeedText(*report).find("median of 4 frames"), std::string::npos);
}

TEST(SpeedTest, FailuresNameTheFileAndAStopEndsIt) {
  SpeedSettings settings = Small();
  std::atomic<bool> stop = true;
  EXPECT_EQ(MeasureSpeed(settings, {.stop = &stop}).status().code(), StatusCode::kCancelled);
  settings.weights = "none.safetensors";
  for (const Status& status :
       {MeasureSpeed(settings).status(), FuseTimer::Create(settings).status()}) {
    EXPECT_EQ(status.code(), StatusCode::kNotFound);
    EXPECT_EQ(status.message().rfind("none.safetensors", 0), 0u) << status.message();
  }
}

TEST(SpeedTest, TableHasALineForEachPrecisionThatThereIs) {
  SpeedSettings settings = Small();
  settings.weights = "full";
  settings.frames = 1;
  settings.engine.threads = 2;
  const auto table = MeasureSpeedTable(settings, {{9, 7}, {11, 5}});
  ASSERT_TRUE(table.ok()) << table.status().message();
  EXPECT_EQ(table->threads, (std::vector<int>{1, 2}));
  ASSERT_GE(table->rows.size(), 4u);
  EXPECT_EQ(table->rows.front().precision, "fp32");
  EXPECT_EQ(table->rows.front().reports.front().width, 9);
  EXPECT_EQ(table->rows.back().reports.front().width, 11);
  for (const auto& row : table->rows) {
    ASSERT_EQ(row.reports.size(), 2u);
    EXPECT_EQ(row.reports[1].threads, 2);
    EXPECT_GT(row.reports[1].frames_per_second(), 0);
  }
  const std::string why =
      "int8: full: int8 is for lite networks, and these weights are of seafusion";
  EXPECT_EQ(std::count(table->missing.begin(), table->missing.end(), why), 1);
  const std::string text = SpeedTableText(*table);
  EXPECT_NE(text.find("without " + why), std::string::npos) << text;
  EXPECT_NE(text.find("2 threads"), std::string::npos) << text;
  EXPECT_EQ(nlohmann::json::parse(SpeedTableJson(*table)).size(), 2 * table->rows.size());
  settings.weights = "none.safetensors";
  EXPECT_EQ(MeasureSpeedTable(settings, {{9, 7}}).status().code(), StatusCode::kNotFound);
}

TEST(SpeedTest, SingleFramesTakeTime) {
  auto timer = FuseTimer::Create(Small());
  ASSERT_TRUE(timer.ok()) << timer.status().message();
  for (int i = 0; i < 2; ++i) EXPECT_GT(*timer->Fuse(), 0);
}

}  // namespace
}  // namespace seafusion
