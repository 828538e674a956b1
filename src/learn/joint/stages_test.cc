#include "learn/joint/stages.h"

#include <cmath>

#include <gtest/gtest.h>

#include "learn/joint/content_settings.h"

namespace seafusion::learn {
namespace {

using Kind = Stage::Kind;

JointSettings Of(const char* strategy) {
  JointSettings s;
  s.strategy = strategy;
  return s;
}

TEST(PlanStages, JointAlternates) {
  const JointSettings s;
  const auto stages = PlanStages(s);
  ASSERT_EQ(stages.size(), 8u);
  for (std::size_t i = 0; i < 8; ++i) {
    EXPECT_EQ(stages[i].kind, i % 2 == 0 ? Kind::kFusion : Kind::kSegmentation);
    EXPECT_EQ(stages[i].round, static_cast<int>(i / 2) + 1);
    EXPECT_EQ(stages[i].source, "fused");
  }
  // beta = 0, 1, 2, 3
  for (std::size_t m = 0; m < 4; ++m) {
    EXPECT_EQ(StageSemanticWeight(s, stages[2 * m]), static_cast<double>(m));
  }
  EXPECT_EQ(stages[6].fusion_steps_before, 3 * 2700u);
  EXPECT_EQ(stages[7].segmentation_steps_before, 60000u);
}

TEST(PlanStages, OtherStrategies) {
  const auto pretrained = PlanStages(Of("pretrained-ir"));
  ASSERT_EQ(pretrained.size(), 5u);
  EXPECT_EQ(pretrained[0].source, "ir");
  EXPECT_EQ(pretrained[0].steps, 80000u);
  EXPECT_EQ(pretrained[4].kind, Kind::kFusion);

  for (const Stage& stage : PlanStages(Of("content-only"))) {
    EXPECT_EQ(StageSemanticWeight(Of("content-only"), stage), 0.0);
    EXPECT_EQ(stage.kind, Kind::kFusion);
  }
  EXPECT_FALSE(NeedsLabels(Of("content-only")));
  EXPECT_TRUE(NeedsLabels(Of("segmentation")));

  const auto both = PlanStages(Of("one-stage"));
  ASSERT_EQ(both.size(), 4u);
  EXPECT_EQ(both[0].kind, Kind::kBoth);
  EXPECT_EQ(StageSemanticWeight(Of("one-stage"), both[0]), 1.5);
}

TEST(FusionLearningRate, ThePublicCodesDecay) {
  const JointSettings s = *JointPreset("reference-code");
  const Stage stage = PlanStages(s)[2];
  // 135 steps of 8 are a pass over 1,083 pictures, but for three.
  EXPECT_NEAR(FusionLearningRate(s, stage, 0, 1083), 1.333e-3, 1e-6);
  EXPECT_NEAR(FusionLearningRate(s, stage, 136, 1083), 1e-3, 1e-9);
  EXPECT_NEAR(FusionLearningRate(s, stage, 1349, 1083), 1.0e-4, 2e-6);
}

TEST(FusionLearningRate, WarmUpAndCosineRunOverAllRounds) {
  const JointSettings s = *JointPreset("small");
  const auto stages = PlanStages(s);
  EXPECT_DOUBLE_EQ(FusionLearningRate(s, stages[0], 0, 10), s.fusion_lr / 100);
  EXPECT_DOUBLE_EQ(FusionLearningRate(s, stages[0], 100, 10), s.fusion_lr);
  EXPECT_LT(FusionLearningRate(s, stages[2], 0, 10), FusionLearningRate(s, stages[0], 499, 10));
  EXPECT_LT(FusionLearningRate(s, stages[6], 499, 10), 1e-3 * s.fusion_lr);
}

TEST(FusionLearningRate, OfTrainingWithoutAPresetEndsAtItsLastRate) {
  const JointSettings s =
      JointSettingsOf(ContentSettings{.steps = 110, .lr = 1.0, .final_lr = 0.2, .warmup = 10});
  const Stage stage = PlanStages(s).at(0);
  const auto rate = [&](std::uint64_t step) { return FusionLearningRate(s, stage, step, 3); };
  EXPECT_DOUBLE_EQ(rate(0), 0.1);
  EXPECT_DOUBLE_EQ(rate(9), 1.0);
  EXPECT_DOUBLE_EQ(rate(10), 1.0);
  EXPECT_DOUBLE_EQ(rate(60), 0.6);
  EXPECT_NEAR(rate(109), 0.2, 1e-3);
}

TEST(SegmentationLearningRate, ThePublicCodesSchedule) {
  const JointSettings s = *JointPreset("reference-code");
  const auto stages = PlanStages(s);
  const auto rate = [&](std::size_t stage, std::uint64_t step) {
    return SegmentationLearningRate(s, stages[stage], step, 80000);
  };
  EXPECT_NEAR(rate(1, 0), 1e-5, 1e-12);
  EXPECT_NEAR(rate(1, 500), 3.1623e-4, 1e-8);
  EXPECT_NEAR(rate(1, 1000), 1e-2, 1e-9);
  EXPECT_NEAR(rate(3, 20500), 1e-2 * std::pow(0.5, 0.9), 1e-9);
  EXPECT_NEAR(rate(7, 19999), 1e-2 * std::pow(1.0 / 79000, 0.9), 1e-12);
}

}  // namespace
}  // namespace seafusion::learn
