#include "learn/run/evaluation_run.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "learn/losses/content_evaluation.h"
#include "learn/networks/fusion_net.h"
#include "learn/run/run_folder.h"
#include "learn/run/test_run.h"

namespace seafusion::learn {
namespace {

using ::testing::HasSubstr;

using EvaluationRunTest = RunTest;

TEST_F(EvaluationRunTest, MeasuresEachFileAsEvaluateDoes) {
  const FusionNet net = FusionNet::Initialized(5);
  ASSERT_TRUE(RunFolder(root_).WriteWeights("five.safetensors", net.ToArchive()).ok());
  std::vector<std::string> heard;
  const auto losses =
      EvaluateWeights({.weights = {Path("five.safetensors")}, .data = folder(), .threads = 1}, {},
                      [&](const WeightsLoss& loss) { heard.push_back(loss.weights); });
  ASSERT_TRUE(losses.ok()) << losses.status().message();
  ASSERT_EQ(losses->size(), 1u);
  EXPECT_EQ(heard, std::vector<std::string>{Path("five.safetensors")});
  const auto expected =
      Evaluate(net, *PairDataset::Load(folder(), "test", 1), torch::kCPU, nullptr);
  EXPECT_EQ(losses->front().pairs, 3u);
  EXPECT_EQ(losses->front().content, expected->content);
  EXPECT_NEAR(losses->front().content, expected->intensity + 10 * expected->texture, 1e-5);

  const auto built_in = EvaluateWeights({.data = folder(), .threads = 1}, {});
  ASSERT_TRUE(built_in.ok());
  EXPECT_EQ(built_in->front().weights, "built-in");
  EXPECT_LT(built_in->front().content, losses->front().content);
}

TEST_F(EvaluationRunTest, WhatIsNoNetworkIsNamedBeforeAnythingIsMeasured) {
  const Status absent =
      EvaluateWeights({.weights = {"", Path("absent")}, .data = folder(), .threads = 1}, {},
                      [](const WeightsLoss&) { ADD_FAILURE(); })
          .status();
  EXPECT_EQ(absent.code(), StatusCode::kNotFound);
  EXPECT_THAT(std::string(absent.message()), HasSubstr(Path("absent")));
}

TEST(EvaluationTextTest, IsAsItIsPrinted) {
  const WeightsLoss loss{"a.safetensors", 12, 0.0625, 0.125, 1.3125};
  EXPECT_EQ(EvaluationHeading(12) + EvaluationLine(loss),
            "content loss over 12 pairs (lower is better)\n"
            " intensity    texture    content  weights\n"
            "  0.062500   0.125000   1.312500  a.safetensors\n");
  const auto json = nlohmann::json::parse(EvaluationJson({loss}));
  EXPECT_EQ(json.at(0).at("pairs"), 12);
  EXPECT_EQ(json.at(0).at("content"), 1.3125);
}

}  // namespace
}  // namespace seafusion::learn
