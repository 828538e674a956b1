#include "compare/run.h"

#include <atomic>
#include <filesystem>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "align/rig/rig_file.h"
#include "core/files/file.h"
#include "core/testing/scratch_folder.h"
#include "io/image_file.h"
#include "io/testing/drawn_pictures.h"

namespace seafusion::compare {
namespace {

namespace fs = std::filesystem;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class CompareRunTest : public ::testing::Test {
 protected:
  void SetUp() override {
    for (const char* name : {"a.png", "b.png", "c.png"}) {
      io::testing::WriteGray(scratch_ / ("ir/" + std::string(name)), 33, 21,
                             [](int x, int y) { return 5 * x + y; });
      io::testing::WriteGray(scratch_ / ("vi/" + std::string(name)), 33, 21,
                             [](int x, int y) { return x % 3 * 80 + y; });
    }
    settings_.data = {
        {.infrared = scratch_ / "ir", .visible = scratch_ / "vi", .boxes = scratch_ / "boxes"}};
    settings_.methods = {{.label = "Average", .name = "average"},
                         {.label = "Maximum", .name = "maximum"}};
    settings_.folder = scratch_ / "out";
    settings_.request = {.metrics = {metrics::Metric::kMse},
                         .conventions = {metrics::Convention::kF255}};
    settings_.threads = 1;
    monitor_.message = [this](std::string_view text) { messages_.emplace_back(text); };
    monitor_.progress = [this](const RunProgress& p) {
      if (p.done > p.skipped) steps_.push_back(std::string(p.label) + " " + std::to_string(p.done));
      if (stop_after_ == steps_.size()) stop_ = true;
    };
    monitor_.stop = &stop_;
  }
  StatusOr<Comparison> Run(const CompareServices& services = {}) {
    messages_.clear();
    steps_.clear();
    return CompareMethods(settings_, services, monitor_);
  }

  ScratchFolder scratch_;
  CompareSettings settings_;
  RunMonitor monitor_;
  std::atomic<bool> stop_ = false;
  std::size_t stop_after_ = 1000;
  std::vector<std::string> messages_, steps_;
};

TEST_F(CompareRunTest, ARigPlacesSourcesForMethodsMetricsAndNetworks) {
  align::Rig rig;
  rig.infrared.width = 33;
  rig.infrared.height = 21;
  rig.visible.width = 66;
  rig.visible.height = 42;
  rig.map.map = align::ScalingOfPixels(0.5, 0.5);
  settings_.rig.file = scratch_ / "rig.json";
  settings_.rig.canvas = align::Canvas::kVisible;
  ASSERT_TRUE(align::WriteRig(settings_.rig.file, rig, IfExists::kFail).ok());
  for (const char* name : {"a.png", "b.png", "c.png"}) {
    io::testing::WriteGray(scratch_ / ("vi/" + std::string(name)), 66, 42,
                           [](int x, int y) { return 2 * x + y; });
    io::testing::WriteGray(scratch_ / ("boxes/" + std::string(name)), 4, 4,
                           [](int, int) { return 0; });
  }
  settings_.detector = scratch_ / "ir/a.png";  // any file
  settings_.labels_of = align::Source::kInfrared;
  TaskRequest asked;
  const CompareServices services = {.open_learned = {},
                                    .run_task = [&](const TaskRequest& request) {
                                      asked = request;
                                      return Internal("not now");
                                    }};
  const auto comparison = Run(services);
  ASSERT_TRUE(comparison.ok()) << comparison.status().message();
  for (const ComparedMethod& method : comparison->data[0].methods) {
    EXPECT_EQ(method.measured(), 3) << method.label;
    EXPECT_EQ(method.pairs[0].record.width, 66) << method.label;
  }
  // The sources' rows, too: infrared, brought to the visible picture's size, is half an error away.
  const auto infrared = io::ReadImage(scratch_ / "out/fused/Infrared/a.png");
  ASSERT_TRUE(infrared.ok());
  EXPECT_EQ(infrared->width(), 66);
  ASSERT_EQ(asked.pictures.size(), 4u);
  EXPECT_EQ(asked.pictures[0].source, scratch_ / "out/fused/Infrared");
  EXPECT_EQ(asked.rig.file, settings_.rig.file);
  EXPECT_EQ(asked.labels_of, align::Source::kInfrared);
  // The same again has nothing left to do; another canvas has everything.
  ASSERT_TRUE(Run(services).ok());
  EXPECT_THAT(steps_, IsEmpty());
  settings_.rig.canvas = align::Canvas::kInfrared;
  ASSERT_TRUE(Run(services).ok());
  EXPECT_THAT(messages_[0],
              HasSubstr("Average: begun anew, as this changed since the earlier run: rig"));
  EXPECT_EQ(steps_.size(), 9u);
}

TEST_F(CompareRunTest, AStoppedRunGoesOnWhereItWas) {
  stop_after_ = 4;
  EXPECT_EQ(Run().status().code(), StatusCode::kCancelled);
  EXPECT_FALSE(fs::exists(scratch_ / "out/compare.json"));
  stop_ = false;
  stop_after_ = 1000;
  const auto comparison = Run();
  ASSERT_TRUE(comparison.ok()) << comparison.status().message();
  EXPECT_THAT(messages_, IsEmpty());
  EXPECT_THAT(steps_, ElementsAre("Maximum 2", "Maximum 3", "measure 1", "measure 2", "measure 3"));
  EXPECT_TRUE(comparison->anything_measured());
  EXPECT_EQ(comparison->failed(), 0);
  EXPECT_TRUE(comparison->data[0].methods[1].pairs[0].taken_over);
  // The maximum has the whole difference of the sources as its error against one of them, the
  // average half of it against both.
  EXPECT_THAT(ComparisonText(settings_, *comparison), HasSubstr("\nAverage       3  "));
  EXPECT_THAT(TimesCsv(*comparison), HasSubstr("\n,Maximum,b,33,21,1,"));
  const auto json = nlohmann::json::parse(ComparisonJson(settings_, *comparison));
  EXPECT_EQ(json["data"][0]["methods"][0]["pairs_measured"], 3);
  // Again: nothing is left to do.
  ASSERT_TRUE(Run().ok());
  EXPECT_THAT(steps_, IsEmpty());
  // Another range: all pictures again, which is said.
  settings_.range = "image";
  settings_.fuse.output_range.kind = OutputRange::Kind::kImage;
  ASSERT_TRUE(Run().ok());
  EXPECT_THAT(messages_, ElementsAre(HasSubstr("Average: begun anew"), HasSubstr("range")));
  EXPECT_EQ(steps_.size(), 9u);
}

TEST_F(CompareRunTest, AMethodThatCannotBeginIsNotedAndTheOthersGoOn) {
  settings_.methods.push_back({.label = "DenseFuse", .name = "densefuse"});
  settings_.methods.push_back({.label = "Left", .name = "gtf", .skip = "for a reason"});
  settings_.pictures = {{.label = "Nowhere", .source = scratch_ / "nowhere"}};
  const auto comparison = Run();
  ASSERT_TRUE(comparison.ok()) << comparison.status().message();
  EXPECT_EQ(comparison->failed(), 2);
  EXPECT_THAT(messages_, ElementsAre(HasSubstr("DenseFuse: "), HasSubstr("Nowhere: ")));
  EXPECT_THAT(ComparisonText(settings_, *comparison), HasSubstr("left out: Left: for a reason"));
}

TEST_F(CompareRunTest, TasksAreHandedOutOnceForTheSamePictures) {
  settings_.detector = scratch_.WriteFile("detector.onnx", "a network");
  int runs = 0;
  const CompareServices services = {.run_task = [&](const TaskRequest& request) {
    ++runs;
    EXPECT_EQ(request.kind, TaskKind::kDetection);
    EXPECT_THAT(request.stems, ElementsAre("a", "b", "c"));
    std::vector<std::string> names;
    for (const io::NamedSource& set : request.pictures) names.push_back(set.name);
    EXPECT_THAT(names, ElementsAre("Infrared", "Visible", "Average", "Maximum"));
    EXPECT_TRUE(MakeFolder(request.output).ok());
    for (const char* file : {"/table.json", "/table.txt"}) {
      EXPECT_TRUE(WriteTextAtomically(request.output + file,
                                      file == std::string("/table.txt")
                                          ? "the table\n"
                                          : R"({"pictures": 3, "rows": []})",
                                      IfExists::kReplace)
                      .ok());
    }
    return OkStatus();
  }};
  for (int i = 0; i < 2; ++i) {
    const auto comparison = Run(services);
    ASSERT_TRUE(comparison.ok()) << comparison.status().message();
    EXPECT_EQ(comparison->failed(), 0);
    EXPECT_THAT(ComparisonText(settings_, *comparison), HasSubstr("the table\n"));
  }
  EXPECT_EQ(runs, 1);
  settings_.overwrite = true;
  const auto failed = Run({.run_task = [](const TaskRequest&) { return Internal("told"); }});
  ASSERT_TRUE(failed.ok());
  EXPECT_THAT(ComparisonText(settings_, *failed), HasSubstr("failed: detection failed"));
}

TEST_F(CompareRunTest, AStoppedTaskStopsTheRun) {
  settings_.detector = scratch_.WriteFile("detector.onnx", "a network");
  const auto stopped = Run({.run_task = [](const TaskRequest&) { return Cancelled("told"); }});
  EXPECT_EQ(stopped.status().code(), StatusCode::kCancelled);
}

TEST_F(CompareRunTest, SourcesThatCannotBeMeasuredAreNoFailure) {
  fs::remove_all(scratch_ / "ir");
  fs::remove_all(scratch_ / "vi");
  for (const char* band : {"ir", "vi"}) {
    io::testing::WriteGray(scratch_ / (std::string(band) + "/a.png"), band[0] == 'i' ? 8 : 9, 8,
                           [](int x, int y) { return 9 * x + y; });
  }
  const auto comparison = Run();
  ASSERT_TRUE(comparison.ok()) << comparison.status().message();
  EXPECT_EQ(comparison->failed(), 2) << "the two methods";
  EXPECT_FALSE(comparison->anything_measured());
  EXPECT_THAT(messages_, ElementsAre(HasSubstr("Average: "), HasSubstr("Maximum: ")));
  EXPECT_THAT(ComparisonText(settings_, *comparison), HasSubstr("not measured: Visible: "));
}

TEST_F(CompareRunTest, AFolderOfOtherThingsIsRefused) {
  scratch_.WriteFile("out/letter.txt", "mine");
  EXPECT_EQ(Run().status().code(), StatusCode::kAlreadyExists);
  EXPECT_THAT(scratch_.Files("out"), ElementsAre("letter.txt"));
}

}  // namespace
}  // namespace seafusion::compare
