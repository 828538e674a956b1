// `seafusion compare --detect --segment` as a user runs it, on rendered scenes.
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <tuple>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "command_runner.h"
#include "core/testing/scratch_folder.h"
#include "model/onnx/onnx_graph.h"
#include "tasks/detection/detector/test_network.h"

namespace seafusion::tools {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

class CompareTaskTest : public ::testing::Test {
 protected:
  void SetUp() override {
    const CommandResult r = RunSeafusion(
        {"synth", "--out", folder_.path(), "--count", "3", "--size", "64x64", "--quiet"});
    ASSERT_EQ(r.status, 0) << r.err;
    // Sees a car in the middle, and a person in every bright pixel.
    const auto detector = tasks::TestDetector({{32, 32, 16, 16, 1, {0, 1}}}, 64, 64, 1);
    folder_.WriteFile("detector.onnx", std::string(detector.begin(), detector.end()));
    folder_.WriteFile("detector.json",
                      R"({"layout": "yolov5", "input_width": 64, "input_height": 64, "classes": 2,
                          "labels": ["person", "bicycle", "car"], "evaluated": ["person", "car"],
                          "map": {"0": "person", "1": "car"}})");
    model::OnnxGraph graph("bright");
    graph.AddInput("picture", {1, 3, 64, 64});
    graph.AddTensor("w", {.shape = {2, 3, 1, 1}, .values = {0, 0, 0, 1, 0, 0}});
    graph.AddTensor("b", {.shape = {2}, .values = {0.5f, 0}});
    graph.AddOperator("Conv", {"picture", "w", "b"}, "scores",
                      {{"kernel_shape", std::vector<std::int64_t>{1, 1}}});
    graph.AddOutput("scores", {1, 2, 64, 64});
    const auto onnx = graph.Take();
    folder_.WriteFile("segmenter.onnx", std::string(onnx.begin(), onnx.end()));
    folder_.WriteFile("segmenter.json",
                      R"({"input_width": 64, "input_height": 64, "classes": 2,
                          "labels": ["background", "car", "person", "bike", "curve", "car stop",
                                     "guardrail", "color cone", "bump"],
                          "map": {"0": "background", "1": "person"},
                          "evaluated": ["background", "person"]})");
  }

  CommandResult Compare(const std::vector<std::string>& more) const {
    std::vector<std::string> arguments = {
        "compare",   "--data",          folder_ / "train", "--report", folder_ / "out",
        "--methods", "maximum,average", "--metrics",       "EN",       "--threads",
        "1"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return RunSeafusion(arguments);
  }

  std::vector<std::string> Both() const {
    return {"--detect", folder_ / "detector.onnx", "--segment", folder_ / "segmenter.onnx"};
  }

  std::string Read(const std::string& name) const {
    std::ifstream in(folder_ / name, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
  }

  ScratchFolder folder_;
};

TEST_F(CompareTaskTest, TheTablesAreThoseOfDetectAndSegment) {
  const CommandResult r = Compare(Both());
  ASSERT_EQ(r.status, 0) << r.err;
  EXPECT_THAT(r.out, HasSubstr("detection by "));
  EXPECT_THAT(r.out, HasSubstr("mAP@[.5:.95]"));
  EXPECT_THAT(r.out, HasSubstr("segmentation by "));
  const auto tasks = nlohmann::json::parse(Read("out/compare.json")).at("data").at(0).at("tasks");
  ASSERT_EQ(tasks.size(), 2u);
  for (const auto& [verb, model, labels, at] :
       {std::tuple{"detect", "detector.onnx", "train/boxes", 0},
        std::tuple{"segment", "segmenter.onnx", "train/Segmentation_labels", 1}}) {
    const CommandResult alone = RunSeafusion(
        {verb, "--model", folder_ / model, "--labels", folder_ / labels, "--pictures",
         "Infrared=" + (folder_ / "train/ir"), "--pictures", "Visible=" + (folder_ / "train/vi"),
         "--pictures", "Maximum=" + (folder_ / "out/fused/Maximum"), "--pictures",
         "Average=" + (folder_ / "out/fused/Average"), "--json"});
    ASSERT_EQ(alone.status, 0) << alone.err;
    const auto expected = nlohmann::json::parse(alone.out).at("rows");
    const auto rows = tasks.at(at).at("table").at("rows");
    ASSERT_EQ(rows.size(), 4u) << verb;
    for (std::size_t i = 0; i < rows.size(); ++i) {
      EXPECT_EQ(rows[i].at("name"), expected[i].at("name"));
      EXPECT_EQ(rows[i].at("figures"), expected[i].at("figures")) << verb;
    }
  }
  const std::string page = Read("out/report.html");
  if (!page.empty()) {
    EXPECT_THAT(page, HasSubstr("\"tasks\":[{\"title\":\"Detection\""));
    EXPECT_THAT(page, HasSubstr("id=\"overlay-1-2-3\""));
  }
}

TEST_F(CompareTaskTest, AReportTakesWhatSegmentWrote) {
  const std::vector<std::string> segment = {"segment",
                                            "--model",
                                            folder_ / "segmenter.onnx",
                                            "--labels",
                                            folder_ / "train/Segmentation_labels",
                                            "--pictures",
                                            "Copy=" + (folder_ / "train/vi"),
                                            "-o",
                                            folder_ / "segmented",
                                            "--overlays"};
  ASSERT_EQ(RunSeafusion(segment).status, 0);
  const auto report = [&](const std::string& task) {
    return RunSeafusion({"report", "--ir", folder_ / "train/ir", "--vis", folder_ / "train/vi",
                         "--method", "Copy=" + (folder_ / "train/vi"), "--metrics", "EN", "-o",
                         folder_ / "page.html", "--overwrite", "--task", task});
  };
  const CommandResult made = report(folder_ / "segmented");
  if (made.err.find("this build has no report") != std::string::npos) {
    GTEST_SKIP() << "built without the page (SEAFUSION_REPORT)";
  }
  ASSERT_EQ(made.status, 0) << made.err;
  EXPECT_THAT(Read("page.html"), HasSubstr("\"tasks\":[{\"title\":\"Segmentation\""));
  EXPECT_THAT(Read("page.html"), HasSubstr("id=\"overlay-0-2-0\""));

  const CommandResult none = report(folder_ / "train");
  EXPECT_EQ(none.status, 1);
  EXPECT_THAT(none.err, HasSubstr("train/table.json"));
  folder_.WriteFile("segmented/table.json", R"({"pictures": 3, "rows": [{"name": 7}]})");
  const CommandResult damaged = report(folder_ / "segmented");
  EXPECT_EQ(damaged.status, 1);
  EXPECT_THAT(damaged.err, HasSubstr("segmented/table.json: "));
}

TEST_F(CompareTaskTest, WhatIsDoneIsTakenOverUntilSomethingChanges) {
  ASSERT_EQ(Compare(Both()).status, 0);
  // Nobody needs it, so it shows whether the work is done again.
  const fs::path predictions = folder_ / "out/detection/predictions";
  fs::remove_all(predictions);
  ASSERT_EQ(Compare(Both()).status, 0);
  EXPECT_FALSE(fs::exists(predictions));

  for (const auto& entry : fs::directory_iterator(folder_ / "train/boxes")) {
    std::ofstream(entry.path()) << "2 0.5 0.5 0.25 0.25\n";
  }
  const CommandResult changed = Compare(Both());
  ASSERT_EQ(changed.status, 0) << changed.err;
  EXPECT_TRUE(fs::exists(predictions));
  EXPECT_THAT(Read("out/detection/table.csv"), HasSubstr("Visible,car,AP@0.5,1,"));
}

TEST_F(CompareTaskTest, AFailureIsToldAndTheRestGoesOn) {
  folder_.WriteFile("detector.onnx", "no network");
  const CommandResult r = Compare(Both());
  EXPECT_EQ(r.status, 1);
  EXPECT_THAT(r.err, HasSubstr("detector.onnx"));
  EXPECT_THAT(r.out, HasSubstr("failed: detection"));
  EXPECT_THAT(r.out, HasSubstr("segmentation by "));
  const auto data = nlohmann::json::parse(Read("out/compare.json")).at("data").at(0);
  EXPECT_EQ(data.at("tasks").at(0).at("error"), "detection failed");
  EXPECT_EQ(data.at("methods").at(0).at("pairs_measured"), 3);
}

TEST_F(CompareTaskTest, TheFirstPairsOnlyAndWrongArguments) {
  const CommandResult first = Compare({"--segment", folder_ / "segmenter.onnx", "--first", "2"});
  ASSERT_EQ(first.status, 0) << first.err;
  const auto task =
      nlohmann::json::parse(Read("out/compare.json")).at("data").at(0).at("tasks").at(0);
  EXPECT_EQ(task.at("table").at("pictures"), 2);

  fs::remove_all(folder_ / "train/boxes");
  const CommandResult none = Compare(Both());
  EXPECT_EQ(none.status, 2);
  EXPECT_THAT(none.err, HasSubstr("--detect: no --data has a folder boxes"));
}

}  // namespace
}  // namespace seafusion::tools
