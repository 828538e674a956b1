#include "learn/segmentation/semantic_loss.h"

#include <cmath>

#include <gtest/gtest.h>

#include "learn/libtorch.h"

namespace seafusion::learn {
namespace {

const auto kDouble = torch::TensorOptions(torch::kFloat64);

// One row of pixels of two classes whose cross entropies for label 0 are `losses`: scores 0 and
// ln(e^loss - 1).
torch::Tensor ScoresFor(const std::vector<double>& losses) {
  std::vector<double> second;
  for (double loss : losses) second.push_back(std::log(std::expm1(loss)));
  const auto count = static_cast<std::int64_t>(losses.size());
  return torch::stack({torch::zeros({count}, kDouble), torch::tensor(second, kDouble)})
      .view({1, 2, 1, count});
}

torch::Tensor Labels(const std::vector<std::int64_t>& values) {
  const auto count = static_cast<std::int64_t>(values.size());
  return torch::tensor(values, torch::kInt64).view({1, 1, count});
}

double Loss(const std::vector<double>& losses, const std::vector<std::int64_t>& labels,
            const HardExamples& hard = {}) {
  return CrossEntropy(ScoresFor(losses), Labels(labels), hard).item<double>();
}

TEST(CrossEntropy, HandComputed) {
  // Three classes, softmax of (1, 2, 0): e^2 / (e + e^2 + 1) for label 1.
  const torch::Tensor scores = torch::tensor({1.0, 2.0, 0.0}, kDouble).view({1, 3, 1, 1});
  const double e = std::exp(1.0);
  EXPECT_NEAR(CrossEntropy(scores, Labels({1}), {}).item<double>(),
              -std::log(e * e / (e + e * e + 1)), 1e-12);
  EXPECT_NEAR(Loss({0.5, 1.5, 0.1}, {0, 0, 0}), 0.7, 1e-12);
}

TEST(CrossEntropy, IgnoredPixelsDoNotCount) {
  EXPECT_NEAR(Loss({0.5, 1.5, 9.0}, {0, 0, 255}), 1.0, 1e-12);
  EXPECT_EQ(Loss({0.5, 1.5}, {255, 255}), 0.0);
}

TEST(CrossEntropy, HardExamplesAreThoseBelowTheConfidence) {
  // Threshold -ln 0.7 = 0.3567.
  const std::vector<double> losses = {0.1, 0.4, 2.0, 0.3, 0.6};
  const std::vector<std::int64_t> labels(5, 0);
  EXPECT_NEAR(Loss(losses, labels, {true, 0.7, 1}), (0.4 + 2.0 + 0.6) / 3, 1e-12);
  // Fewer than five are hard: the hardest four count all the same.
  EXPECT_NEAR(Loss(losses, labels, {true, 0.7, 4}), (0.4 + 2.0 + 0.6 + 0.3) / 4, 1e-12);
  // More asked for than there are: one less than all, as the public code's indexing has it.
  EXPECT_NEAR(Loss(losses, labels, {true, 0.7, 307200}), (0.4 + 2.0 + 0.6 + 0.3) / 4, 1e-12);
  // An ignored pixel is one of loss 0.
  EXPECT_NEAR(Loss(losses, {0, 0, 255, 0, 0}, {true, 0.7, 4}), (0.4 + 0.6 + 0.3 + 0.1) / 4, 1e-12);
  EXPECT_NEAR(Loss({0.25}, {0}, {true, 0.7, 10}), 0.25, 1e-12);
}

TEST(SemanticLoss, AddsTheAuxiliaryHead) {
  const SegmentationScores scores = {ScoresFor({0.5, 1.5}), ScoresFor({2.0, 4.0})};
  const SemanticLoss loss = ComputeSemanticLoss(scores, Labels({0, 0}), kAuxiliaryWeight, {});
  EXPECT_NEAR(loss.main.item<double>(), 1.0, 1e-12);
  EXPECT_NEAR(loss.auxiliary.item<double>(), 3.0, 1e-12);
  EXPECT_NEAR(loss.semantic.item<double>(), 1.3, 1e-12);
}

TEST(SemanticLoss, ItsWeightGrowsFromRoundToRound) {
  EXPECT_EQ(SemanticWeight(1), 0.0);
  EXPECT_EQ(SemanticWeight(4), 3.0);
  EXPECT_EQ(SemanticWeight(3, 0.5), 1.0);
}

TEST(SemanticLoss, GradientsAgreeWithDifferences) {
  torch::manual_seed(3);
  const torch::Tensor labels = torch::tensor({0, 2, 255, 1, 1, 0}, torch::kInt64).view({1, 2, 3});
  for (const HardExamples& hard : {HardExamples{}, HardExamples{true, 0.7, 2}}) {
    const torch::Tensor start = torch::randn({2, 18}, kDouble);
    const auto loss = [&](const torch::Tensor& both) {
      const std::vector<std::int64_t> shape = {1, 3, 2, 3};
      return ComputeSemanticLoss({both[0].view(shape), both[1].view(shape)}, labels, 0.1, hard)
          .semantic;
    };
    torch::Tensor x = start.clone().set_requires_grad(true);
    loss(x).backward();
    for (int i = 0; i < 36; ++i) {
      torch::Tensor step = torch::zeros({36}, kDouble);
      step[i] = 1e-6;
      step = step.view({2, 18});
      const double slope =
          (loss(start + step).item<double>() - loss(start - step).item<double>()) / 2e-6;
      EXPECT_NEAR(x.grad().view({36})[i].item<double>(), slope, 1e-7) << i;
    }
  }
}

}  // namespace
}  // namespace seafusion::learn
