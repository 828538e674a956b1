// What is told of a measurement; never how fast.
#include "fuse/speed/speed.h"

#include <atomic>
#include <string>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace seafusion {
namespace {

SpeedSettings Small() {
  return {.width = 40, .height = 24, .engine = {.threads = 1}, .seconds = 0, .frames = 4};
}

TEST(SpeedTest, MeasuresTheFramesAskedForAndTheFiguresFitTogether) {
  const auto report = MeasureSpeed(Small());
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

TEST(SpeedTest, SingleFramesTakeTime) {
  auto timer = FuseTimer::Create(Small());
  ASSERT_TRUE(timer.ok()) << timer.status().message();
  for (int i = 0; i < 2; ++i) EXPECT_GT(*timer->Fuse(), 0);
}

}  // namespace
}  // namespace seafusion
