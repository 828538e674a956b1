// seafusion segment --train-pictures, run as a user would, on rendered scenes.
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "command_runner.h"
#include "core/testing/scratch_folder.h"

namespace seafusion::tools {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

class SegmentRetrainTest : public ::testing::Test {
 protected:
  // Scenes in DATA/train and DATA/test.
  void Render(const char* train, const char* test, const char* size) {
    for (const auto& [split, count, seed] :
         {std::tuple{"train", train, "1"}, std::tuple{"test", test, "2"}}) {
      const CommandResult r =
          RunSeafusion({"synth", "--out", folder_ / "data", "--split", split, "--count", count,
                        "--size", size, "--seed", seed, "--quiet"});
      ASSERT_EQ(r.status, 0) << r.err;
    }
  }

  std::string Split(const std::string& split, const std::string& kind) const {
    return folder_ / ("data/" + split + "/" + kind);
  }

  void WriteSettings(int steps) {
    std::ofstream(folder_ / "tiny.json") << R"({
      "segmentation_width": 8, "segmentation_batch": 2, "segmentation_crop_width": 64,
      "segmentation_crop_height": 64, "segmentation_steps": )"
                                         << steps << "}";
  }

  // `sets`: names and the kinds of pictures.
  CommandResult Retrain(const std::vector<std::pair<std::string, std::string>>& sets,
                        const std::vector<std::string>& more = {}, const std::string& stop_at = "",
                        const std::string& out = "out") const {
    std::vector<std::string> arguments = {"segment",
                                          "--labels",
                                          Split("test", "Segmentation_labels"),
                                          "--train-labels",
                                          Split("train", "Segmentation_labels"),
                                          "--config",
                                          folder_ / "tiny.json",
                                          "-o",
                                          folder_ / out,
                                          "--threads",
                                          "1"};
    for (const auto& [name, kind] : sets) {
      for (const char* split : {"test", "train"}) {
        arguments.emplace_back(split == std::string("test") ? "--pictures" : "--train-pictures");
        arguments.push_back(name + "=" + Split(split, kind));
      }
    }
    arguments.insert(arguments.end(), more.begin(), more.end());
    return RunSeafusion(arguments, {.interrupt_at = stop_at});
  }

  std::string Read(const std::string& name) const {
    std::ifstream in(folder_ / name, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
  }

  ScratchFolder folder_;
};

const std::vector<std::pair<std::string, std::string>> kSources = {{"Visible", "vi"},
                                                                   {"Infrared", "ir"}};

TEST_F(SegmentRetrainTest, EachSetIsJudgedByANetworkOfItsOwn) {
  Render("2", "2", "64x64");
  WriteSettings(2);
  const CommandResult stopped = Retrain(kSources, {}, "network 2 of 2");
  EXPECT_EQ(stopped.status, 1);
  EXPECT_THAT(stopped.err, HasSubstr("the same command goes on from there"));
  EXPECT_NE(Read("out/networks/Visible/network.onnx"), "");
  EXPECT_EQ(Read("out/networks/Infrared/network.onnx"), "");
  EXPECT_EQ(Read("out/table.csv"), "");

  const CommandResult rest = Retrain(kSources);
  ASSERT_EQ(rest.status, 0) << rest.err;
  EXPECT_THAT(rest.err, HasSubstr("Visible\n  done before"));
  for (const char* text : {"background", "guardrail", "mean", "Visible", "Infrared"}) {
    EXPECT_THAT(rest.out, HasSubstr(text));
  }
  const std::string table = Read("out/table.csv");

  // The table again, and nothing trained.
  const CommandResult again = Retrain(kSources);
  ASSERT_EQ(again.status, 0) << again.err;
  EXPECT_THAT(again.err, HasSubstr("Infrared\n  done before"));
  EXPECT_EQ(Read("out/table.csv"), table);

  // One more set, beside what is there.
  auto three = kSources;
  three.emplace_back("Visible again", "vi");
  const CommandResult more = Retrain(three, {"--json"});
  ASSERT_EQ(more.status, 0) << more.err;
  const auto rows = nlohmann::json::parse(more.out).at("rows");
  ASSERT_EQ(rows.size(), 3u);
  EXPECT_EQ(rows[0].at("figures"), rows[2].at("figures")) << "same pictures, same seed";
}

// The table of Tang 2022 takes networks of one kind: whoever trained with `train` can compare.
TEST_F(SegmentRetrainTest, TrainsTheVeryNetworkThatTrainDoes) {
  Render("2", "2", "64x64");
  WriteSettings(2);
  const CommandResult retrained = Retrain({{"Visible", "vi"}}, {"--quiet"});
  ASSERT_EQ(retrained.status, 0) << retrained.err;
  const CommandResult trained =
      RunSeafusion({"train", "--data", folder_ / "data", "--out", folder_ / "run", "--preset",
                    "small", "--strategy", "segmentation", "--config", folder_ / "tiny.json",
                    "--set", "segmentation_source=vis", "--threads", "1", "--quiet"});
  ASSERT_EQ(trained.status, 0) << trained.err;
  const std::string weights = Read("run/segmentation.safetensors");
  EXPECT_NE(weights, "");
  EXPECT_EQ(Read("out/networks/Visible/training/segmentation.safetensors"), weights);
}

TEST_F(SegmentRetrainTest, RefusesToMixSchedules) {
  Render("2", "2", "64x64");
  WriteSettings(1);
  ASSERT_EQ(Retrain({{"Visible", "vi"}}).status, 0);
  const CommandResult seed = Retrain({{"Visible", "vi"}}, {"--set", "seed=2"});
  EXPECT_EQ(seed.status, 1);
  EXPECT_THAT(seed.err, HasSubstr("networks/Visible/retrain.json: was begun with other pictures"));
  const CommandResult pictures = Retrain({{"Visible", "ir"}});
  EXPECT_EQ(pictures.status, 1);
  EXPECT_THAT(pictures.err, HasSubstr("was begun with other pictures"));
}

TEST_F(SegmentRetrainTest, BadInputIsNamed) {
  Render("2", "1", "64x64");
  WriteSettings(1);
  const auto fails = [&](int status, const std::vector<std::string>& more, const char* text) {
    const CommandResult r = Retrain({{"Visible", "vi"}}, more);
    EXPECT_EQ(r.status, status) << text;
    EXPECT_THAT(r.err, HasSubstr(text));
    EXPECT_THAT(r.err, Not(HasSubstr("terminate")));
  };
  fails(2, {"--model", "x.onnx"}, "--train-pictures: is given, and so is --model");
  fails(2, {"--train-pictures", "Other=" + Split("train", "ir")}, "no --pictures are called Other");
  fails(2, {"--pictures", "Other=" + Split("test", "ir")}, "there are none called Other");
  fails(2, {"--set", "no_such=1"}, "no_such");
  fails(1, {"--pictures", "Other=" + Split("test", "ir"), "--train-pictures", "Other=nowhere"},
        "nowhere: no such file or folder");
  std::filesystem::remove(
      std::filesystem::directory_iterator(Split("train", "Segmentation_labels"))->path());
  fails(1, {}, "has no label picture in");
  EXPECT_FALSE(std::filesystem::exists(folder_ / "out/networks"));
  const CommandResult nothing =
      RunSeafusion({"segment", "--pictures", "Visible=x", "--labels", "y"});
  EXPECT_EQ(nothing.status, 2);
  EXPECT_THAT(nothing.err, HasSubstr("--model or --train-pictures"));
}

// From rendered scenes to a table: fused by our weights, a tiny network trained by our trainer, run
// as ONNX by OpenCV.
TEST_F(SegmentRetrainTest, ATinyNetworkLearnsToSeeCarsInFusedScenes) {
  Render("6", "4", "160x128");
  std::ofstream(folder_ / "tiny.json") << R"({
    "rounds": 1, "segmentation_width": 16, "segmentation_batch": 2, "segmentation_crop_width": 96,
    "segmentation_crop_height": 96, "segmentation_lr": 0.01, "segmentation_warmup": 10,
    "hard_examples": true, "segmentation_hard_least": 1000, "jitter": 0, "scales": [1]})";
  for (const char* split : {"train", "test"}) {
    const CommandResult r =
        RunSeafusion({"fuse", "--ir", Split(split, "ir"), "--vis", Split(split, "vi"), "-o",
                      Split(split, "fused"), "--range", "none", "--threads", "1", "--quiet"});
    ASSERT_EQ(r.status, 0) << r.err;
  }
  // IoU by class.
  const auto figures = [&](const std::string& steps, const std::string& out) {
    const CommandResult r =
        Retrain({{"Fused", "fused"}}, {"--json", "--set", "segmentation_steps=" + steps}, "", out);
    EXPECT_EQ(r.status, 0) << r.err;
    std::map<std::string, double> values;
    const auto table = nlohmann::json::parse(r.out);
    for (const auto& figure : table.at("rows").at(0).at("figures")) {
      values[figure.at("category")] = figure.at("value").get<double>();
    }
    return values;
  };
  const auto untrained = figures("1", "untrained"), trained = figures("400", "trained");
  EXPECT_GT(trained.at("background"), 0.8);
  EXPECT_GT(trained.at("car"), 0.05);
  EXPECT_GT(trained.at("mean"), untrained.at("mean") + 0.05);

  // The figures are those of the pixels counted.
  std::ifstream counts(folder_ / "trained/confusion/Fused.csv");
  std::string labelled, predicted, pixels;
  std::getline(counts, labelled);
  double both = 0, either = 0;
  while (std::getline(counts, labelled, ',') && std::getline(counts, predicted, ',') &&
         std::getline(counts, pixels)) {
    if (labelled == "car" && predicted == "car") both = std::stod(pixels);
    if (labelled == "car" || predicted == "car") either += std::stod(pixels);
  }
  ASSERT_GT(either, 0);
  EXPECT_NEAR(trained.at("car"), both / either, 1e-12);
}

}  // namespace
}  // namespace seafusion::tools
