#include "learn/retraining/retraining.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "learn/run/test_run.h"
#include "model/weights/safetensors.h"

namespace seafusion::learn {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

class RetrainingTest : public RunTest {
 protected:
  RetrainingSettings Settings() const {
    return {.sets = {{"Visible", Path("msrs/vi")}, {"Infrared", Path("msrs/ir")}},
            .labels = Path("msrs/labels"),
            .out = Path("out"),
            .choice = TinyChoice(),
            .threads = 1};
  }
};

TEST_F(RetrainingTest, LeavesANetworkForEachSetAndGoesOnAfterAStop) {
  const RetrainingSettings s = Settings();
  // Four steps for the first set, the fifth report is of the second.
  RecordingMonitor stop("round 1: segmentation", 5);
  EXPECT_EQ(RunRetraining(s, stop.monitor()).message(),
            "stopped in Infrared; the same command goes on from there");
  EXPECT_TRUE(std::filesystem::exists(s.NetworkOf("Visible")));
  EXPECT_FALSE(std::filesystem::exists(s.NetworkOf("Infrared")));

  RecordingMonitor record;
  const Status done = RunRetraining(s, record.monitor());
  ASSERT_TRUE(done.ok()) << done.message();
  ASSERT_GE(record.messages.size(), 3u);
  EXPECT_EQ(record.messages[0], "network 1 of 2: Visible");
  EXPECT_EQ(record.messages[1], "  done before");
  EXPECT_EQ(record.messages[2], "network 2 of 2: Infrared");
  EXPECT_THAT(record.reports,
              ElementsAre("round 1: segmentation 2/4 steps", "round 1: segmentation 3/4 steps",
                          "round 1: segmentation 4/4 steps"));
  EXPECT_TRUE(std::filesystem::exists(s.NetworkOf("Infrared")));
  // 40x36 pixels: the nearest sides that the network takes.
  const auto json = nlohmann::json::parse(Text("out/Infrared/network.json"));
  EXPECT_EQ(json.at("input_width"), 32);
  EXPECT_EQ(json.at("input_height"), 32);

  RetrainingSettings other = s;
  other.choice.set.emplace_back("seed=2");
  EXPECT_THAT(std::string(RunRetraining(other, {}).message()),
              HasSubstr("Visible/retrain.json: was begun with other pictures"));
}

TEST_F(RetrainingTest, EachNetworkBeginsWithTheOneThatIsNamed) {
  RetrainingSettings first = Settings();
  first.sets.resize(1);
  ASSERT_TRUE(RunRetraining(first, {}).ok());
  // What is hardly trained further stays nearly what it began with.
  RetrainingSettings second = first;
  second.out = Path("again");
  second.init_segmentation = Path("out/Visible/training/segmentation.safetensors");
  second.choice.set.insert(second.choice.set.end(), {"segmentation_lr=1e-12", "rounds=1"});
  ASSERT_TRUE(RunRetraining(second, {}).ok());
  const auto before = model::LoadSafetensors(second.init_segmentation);
  const auto after =
      model::LoadSafetensors(Path("again/Visible/training/segmentation.safetensors"));
  ASSERT_TRUE(before.ok() && after.ok());
  const char* first_layer = "cp.resnet.conv1.weight";
  const auto& values = after->tensors.at(first_layer).values;
  for (std::size_t i = 0; i < values.size(); ++i) {
    ASSERT_NEAR(values[i], before->tensors.at(first_layer).values[i], 1e-6f);
  }

  RetrainingSettings other = second;
  other.out = Path("other");
  other.choice.set.emplace_back("segmentation_width=16");
  EXPECT_THAT(std::string(RunRetraining(other, {}).message()),
              AllOf(HasSubstr("segmentation.safetensors: a network of 9 classes and"),
                    HasSubstr("segmentation_width 8; the settings say 9 and 16")));
  EXPECT_FALSE(std::filesystem::exists(Path("other")));
}

TEST_F(RetrainingTest, WhatCannotBeTrainedOnIsFoundFirst) {
  RetrainingSettings s = Settings();
  s.sets.push_back({"Absent", Path("absent")});
  EXPECT_THAT(std::string(RunRetraining(s, {}).message()), HasSubstr(Path("absent")));
  EXPECT_FALSE(std::filesystem::exists(Path("out")));
}

}  // namespace
}  // namespace seafusion::learn
