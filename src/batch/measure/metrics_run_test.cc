#include "batch/measure/metrics_run.h"

#include <atomic>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "align/rig/rig_file.h"
#include "core/files/file.h"
#include "core/testing/scratch_folder.h"
#include "io/testing/drawn_pictures.h"

namespace seafusion::batch {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::SizeIs;

class MetricsRunTest : public ::testing::Test {
 protected:
  void SetUp() override {
    int level = 0;
    for (const char* name : {"a2.png", "a10.png"}) {
      level += 10;
      for (const char* folder : {"ir/", "vi/", "fused/"}) {
        io::testing::WriteStripes(scratch_ / (std::string(folder) + name), 48, 44, level);
      }
    }
    settings_.infrared = scratch_ / "ir";
    settings_.visible = scratch_ / "vi";
    settings_.fused = scratch_ / "fused";
    settings_.csv = scratch_ / "m.csv";
    settings_.request = {.metrics = {metrics::Metric::kSf},
                         .conventions = {metrics::Convention::kF255}};
    settings_.threads = 1;
    monitor_.message = [this](std::string_view text) { messages_.emplace_back(text); };
  }
  std::string Csv() const {
    const auto bytes = ReadFile(settings_.csv, 1 << 20);
    return bytes.ok() ? std::string(bytes->begin(), bytes->end()) : bytes.status().message();
  }

  ScratchFolder scratch_;
  MetricsRunSettings settings_;
  RunMonitor monitor_;
  std::vector<std::string> messages_;
};

TEST_F(MetricsRunTest, SourcesAreMeasuredOnTheCanvasOfARig) {
  // The infrared camera sees what lies 4 pixels from the visible picture's left edge.
  align::Rig rig;
  rig.infrared.width = 44;
  rig.visible.width = 48;
  rig.infrared.height = rig.visible.height = 44;
  rig.map.map = {{1, 0, -4, 0, 1, 0, 0, 0, 1}};
  settings_.rig.file = scratch_ / "rig.json";
  ASSERT_TRUE(align::WriteRig(settings_.rig.file, rig, IfExists::kFail).ok());
  for (const char* name : {"a2.png", "a10.png"}) {
    for (const char* folder : {"ir/", "fused/"}) {
      io::testing::WriteStripes(scratch_ / (std::string(folder) + name), 44, 44, 40);
    }
    io::testing::WriteStripes(scratch_ / ("vi/" + std::string(name)), 48, 44, 40);
  }
  settings_.request.metrics = {metrics::Metric::kMse};
  const MetricsReport report = MeasurePictures(settings_, monitor_);
  ASSERT_TRUE(report.status.ok()) << report.status.message();
  EXPECT_EQ(Csv(), "pair,metric,convention,value\na2,MSE,f255,0\na10,MSE,f255,0\n");
  settings_.rig.canvas = align::Canvas::kVisible;
  settings_.overwrite = true;
  EXPECT_THAT(MeasurePictures(settings_, monitor_).status.message(),
              HasSubstr("fused/a2.png is 44x44; the three pictures must have the same size"));
}

TEST_F(MetricsRunTest, MeasuresAndWritesWhatIsAskedFor) {
  std::vector<std::string> details;
  monitor_.progress = [&](const RunProgress& p) { details.emplace_back(p.detail); };
  const MetricsReport report = MeasurePictures(settings_, monitor_);
  ASSERT_TRUE(report.status.ok()) << report.status.message();
  EXPECT_THAT(details, ElementsAre("", "a2", "a10"));
  EXPECT_EQ(report.measured(), 2);
  // SF of stripes is their level.
  EXPECT_EQ(Csv(), "pair,metric,convention,value\na2,SF,f255,10\na10,SF,f255,20\n");
  EXPECT_THAT(TableText(report, true), HasSubstr("2 pairs measured"));
  EXPECT_THAT(LatexText(report), HasSubstr("SF & f255 & 15 & "));
  EXPECT_EQ(nlohmann::json::parse(MetricsJsonText(report))["summary"][0]["mean"], 15.0);
}

TEST_F(MetricsRunTest, WhatFailsEndsTheRunOrIsLeftOut) {
  scratch_.WriteFile("fused/a10.png", "no picture");
  scratch_.WriteFile("ir/a3.png", "without a partner");
  EXPECT_EQ(MeasurePictures(settings_, monitor_).status.code(), StatusCode::kInvalidArgument);
  EXPECT_THAT(messages_, ElementsAre(HasSubstr("ir/a3.png: has no partner in ")));
  EXPECT_THAT(Csv(), HasSubstr("No such file"));
  messages_.clear();
  settings_.keep_going = true;
  const MetricsReport report = MeasurePictures(settings_, monitor_);
  EXPECT_TRUE(report.status.ok()) << report.status.message();
  EXPECT_EQ(report.failed(), 1);
  EXPECT_THAT(report.unpaired, SizeIs(1));
  EXPECT_THAT(messages_, ElementsAre(HasSubstr("ir/a3.png"), HasSubstr("fused/a10.png")));
  EXPECT_EQ(Csv(), "pair,metric,convention,value\na2,SF,f255,10\n");
}

TEST_F(MetricsRunTest, NeverWritesOverAPictureThatItMeasures) {
  settings_.overwrite = true;
  settings_.csv = scratch_ / "fused/a2.png";
  EXPECT_EQ(MeasurePictures(settings_, monitor_).status.message(),
            settings_.csv + ": is one of the inputs");
  settings_.csv = scratch_ / "fused/m.csv";
  EXPECT_TRUE(MeasurePictures(settings_, monitor_).status.ok());
}

TEST_F(MetricsRunTest, NorOverATableOrARig) {
  settings_.overwrite = settings_.keep_going = true;
  settings_.csv = scratch_.WriteFile("rig.csv", "a rig");
  settings_.rig.file = settings_.csv;
  EXPECT_EQ(MeasurePictures(settings_, monitor_).status.message(),
            settings_.csv + ": is one of the inputs");
  settings_.rig.file.clear();
  settings_.csv = scratch_.WriteFile("pairs.csv", "ir/a2.png,vi/a2.png\n");
  settings_.pairing.table = settings_.csv;
  EXPECT_EQ(MeasurePictures(settings_, monitor_).status.message(),
            settings_.csv + ": is one of the inputs");
}

TEST_F(MetricsRunTest, WhatATableLacksIsToldByItsName) {
  settings_.pairing.table = scratch_.WriteFile("pairs.csv", "ir/a2.png,vi/a2.png,none.png\n");
  settings_.infrared.clear();
  settings_.visible.clear();
  EXPECT_EQ(MeasurePictures(settings_, monitor_).status.message(),
            "no picture name is in all of the first column of " + settings_.pairing.table +
                ", the second column of " + settings_.pairing.table + " and " + settings_.fused);
}

TEST_F(MetricsRunTest, AStopWritesNothing) {
  const std::atomic<bool> stop = true;
  monitor_.stop = &stop;
  EXPECT_EQ(MeasurePictures(settings_, monitor_).status.code(), StatusCode::kCancelled);
  EXPECT_THAT(Csv(), HasSubstr("No such file"));
}

}  // namespace
}  // namespace seafusion::batch
