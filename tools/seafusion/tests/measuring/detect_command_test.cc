// seafusion detect, run as a user would.
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "command_runner.h"
#include "core/files/file.h"
#include "core/testing/scratch_folder.h"
#include "io/image_file.h"
#include "io/testing/drawn_pictures.h"
#include "tasks/detection/detector/test_network.h"

namespace seafusion::tools {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

// Two sets of two pictures of 64 x 32, "bright" and "dark", with a person in the middle of the
// first and nothing in the second. The network sees the person, wherever it looks, but surely only
// where it is bright.
class DetectCommandTest : public ::testing::Test {
 protected:
  void SetUp() override {
    for (const char* set : {"bright", "dark", "labels"}) {
      std::filesystem::create_directories(scratch_.path() / set);
    }
    for (const char* name : {"a", "b"}) {
      for (const bool bright : {true, false}) {
        // "b" is darker than "a" in both sets.
        const int level = (bright ? 160 : 40) - (name[0] == 'b' ? 30 : 0);
        io::testing::WriteGray(
            scratch_ / (std::string(bright ? "bright/" : "dark/") + name + ".png"), 64, 32,
            [&](int, int) { return level; });
      }
    }
    scratch_.WriteFile("labels/a.txt", "0 0.5 0.5 0.125 0.5\n");
    scratch_.WriteFile("labels/b.txt", "");
    WriteModel({{32, 16, 8, 16, 0, {1, 0}}});
    scratch_.WriteFile("net.json", R"({"layout": "yolov5", "input_width": 64, "input_height": 32,
      "classes": 2, "labels": ["person", "car"], "map": {"0": "person", "1": "car"}})");
  }

  void WriteModel(const std::vector<tasks::TestAnswer>& answers) {
    const auto onnx = tasks::TestDetector(answers, 64, 32, 1);
    scratch_.WriteFile("net.onnx", std::string(onnx.begin(), onnx.end()));
  }

  CommandResult Detect(const std::vector<std::string>& more = {}) const {
    std::vector<std::string> arguments = {"detect",
                                          "--model",
                                          scratch_ / "net.onnx",
                                          "--labels",
                                          scratch_ / "labels",
                                          "--pictures",
                                          "Bright=" + (scratch_ / "bright"),
                                          "--pictures",
                                          "Dark=" + (scratch_ / "dark"),
                                          "--bootstrap",
                                          "50"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return RunSeafusion(arguments);
  }

  std::string Read(const std::string& name) const {
    std::ifstream in(scratch_ / name, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
  }

  std::string Error(const std::vector<std::string>& more = {}) const {
    const CommandResult result = Detect(more);
    EXPECT_EQ(result.status, 1);
    EXPECT_EQ(result.out, "");
    return result.err;
  }

  const ScratchFolder scratch_;
};

TEST_F(DetectCommandTest, MeasuresEachSet) {
  const CommandResult result = Detect({"--json", "--quiet"});
  ASSERT_EQ(result.status, 0) << result.err;
  const auto json = nlohmann::json::parse(result.out);
  // The surer answer is the right one: precision is 1 at every recall.
  EXPECT_THAT(json.dump(), AllOf(HasSubstr("Bright"), HasSubstr("Dark"), HasSubstr("person")));
  // COCO's rule is the mean of the precisions at 101 recalls.
  for (const auto& curve : json.at("precision_at_recall")) {
    double sum = 0;
    for (const auto& value : curve.at("values")) sum += value.get<double>();
    for (const auto& row : json.at("rows")) {
      for (const auto& figure : row.at("figures")) {
        if (row.at("name") != curve.at("name") || figure.at("figure") != "AP@0.5" ||
            figure.at("category") != curve.at("category") || figure.at("value").is_null()) {
          continue;
        }
        EXPECT_NEAR(figure.at("value").get<double>(), sum / 101, 1e-12) << curve;
      }
    }
  }
  const CommandResult table = Detect();
  EXPECT_THAT(table.out, AllOf(HasSubstr("AP@0.5"), HasSubstr("1.0000"),
                               HasSubstr("2 pictures, 1 boxes to be found, rule coco")));
  // Where only surer answers count, the dark set has none.
  const CommandResult sure = Detect({"--confidence", "0.3"});
  EXPECT_THAT(sure.out, AllOf(HasSubstr("1.0000"), HasSubstr("0.0000")));
}

TEST_F(DetectCommandTest, WritesWhatItFoundAndTakesItBack) {
  const std::string out = scratch_ / "out";
  const CommandResult first = Detect({"-o", out, "--overlays"});
  ASSERT_EQ(first.status, 0) << first.err;
  EXPECT_THAT(Read("out/table.csv"), HasSubstr("Bright,person,AP@0.5,1"));
  EXPECT_THAT(Read("out/curves.csv"), HasSubstr("Bright,person,"));
  const std::string predictions = Read("out/predictions/Bright/a.txt");
  EXPECT_THAT(predictions, HasSubstr("0 0.500000 0.500000 0.125000 0.500000"));
  const auto coco = nlohmann::json::parse(Read("out/coco/Dark/results.json"));
  ASSERT_EQ(coco.size(), 2u);
  EXPECT_EQ(coco[0]["bbox"], nlohmann::json({28.0, 8.0, 8.0, 16.0}));
  EXPECT_TRUE(io::ReadImage(scratch_ / "out/overlays/Dark/b.png").ok());

  const CommandResult again = RunSeafusion(
      {"detect", "--predictions", out + "/predictions", "--settings", scratch_ / "net.json",
       "--labels", scratch_ / "labels", "--pictures", "Bright=" + (scratch_ / "bright"),
       "--pictures", "Dark=" + (scratch_ / "dark"), "-o", scratch_ / "again", "--bootstrap", "50"});
  ASSERT_EQ(again.status, 0) << again.err;
  EXPECT_EQ(Read("again/table.csv"), Read("out/table.csv"));

  EXPECT_THAT(Error({"-o", out}), HasSubstr("is not empty; --overwrite"));
  EXPECT_EQ(Detect({"-o", out, "--overwrite"}).status, 0);
}

TEST_F(DetectCommandTest, NamesFileAndLineOfWhatIsWrong) {
  scratch_.WriteFile("labels/a.txt", "0 0.5 0.5 0.125 0.5\n7 0.5 0.5 0.1 0.1\n");
  EXPECT_THAT(Error(), AllOf(HasSubstr("labels/a.txt: line 2"), HasSubstr("7")));
  scratch_.WriteFile("labels/a.txt", "\n0 nan 0.5 0.125 0.5\n");
  EXPECT_THAT(Error(), HasSubstr("labels/a.txt: line 2"));
  std::filesystem::remove(scratch_.path() / "labels/a.txt");
  EXPECT_THAT(Error(), HasSubstr("labels/a.txt"));
  scratch_.WriteFile("labels/a.txt", "");
  std::filesystem::remove(scratch_.path() / "dark/b.png");
  EXPECT_THAT(Error(), HasSubstr("bright/b.png: Dark has no picture of that name"));
}

TEST_F(DetectCommandTest, RefusesNetworksThatDoNotFit) {
  WriteModel({{32, 16, 8, 16, 0, {1, 0, 0}}});
  EXPECT_THAT(Error(), AllOf(HasSubstr("net.onnx"), HasSubstr("1 x 1 x 8")));
  scratch_.WriteFile("net.onnx", "no network");
  EXPECT_THAT(Error({"-o", scratch_ / "out"}),
              AllOf(HasSubstr("net.onnx"), HasSubstr("OpenCV cannot read the network"),
                    Not(HasSubstr("[ERROR"))));
  EXPECT_TRUE(std::filesystem::is_empty(scratch_.path() / "out"));
  std::filesystem::remove(scratch_.path() / "net.json");
  EXPECT_THAT(Error(), HasSubstr("net.json that says how to feed it; --settings"));
  scratch_.WriteFile("net.json", R"({"layout": "yolov9", "input_width": 64, "input_height": 32,
      "classes": 2, "labels": ["person"], "map": {"0": "person"}})");
  EXPECT_THAT(Error(), AllOf(HasSubstr("net.json"), HasSubstr("layout")));
}

TEST_F(DetectCommandTest, RefusesArgumentsThatDoNotGoTogether) {
  const auto usage = [](std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), "detect");
    const CommandResult result = RunSeafusion(arguments);
    EXPECT_EQ(result.status, 2) << result.err;
    return result.err;
  };
  EXPECT_THAT(usage({"--pictures", "A=a"}), HasSubstr("give either --model or --predictions"));
  EXPECT_THAT(usage({"--pictures", "A=a", "--model", "m"}), HasSubstr("nothing to do"));
  EXPECT_THAT(usage({"--pictures", "a", "--model", "m", "--labels", "l"}),
              HasSubstr("'a' is not NAME=SRC"));
  EXPECT_THAT(usage({"--pictures", "../A=a", "--model", "m", "--labels", "l"}),
              HasSubstr("cannot name a folder"));
  EXPECT_THAT(usage({"--pictures", "A=a", "--pictures", "A=b", "--model", "m", "--labels", "l"}),
              HasSubstr("comes twice"));
}

}  // namespace
}  // namespace seafusion::tools
