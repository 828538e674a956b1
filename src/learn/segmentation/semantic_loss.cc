#include "learn/segmentation/semantic_loss.h"

#include <algorithm>
#include <cmath>
#include <tuple>

#include <torch/torch.h>

namespace seafusion::learn {
namespace {

// `losses`: one a pixel, flat.
torch::Tensor HardMean(const torch::Tensor& losses, const HardExamples& hard) {
  const double threshold = -std::log(hard.confidence);
  // The public code reads the loss number `least` from zero, so it needs one pixel more.
  const std::int64_t least = std::clamp<std::int64_t>(hard.least, 0, losses.numel() - 1);
  const torch::Tensor largest = std::get<0>(losses.topk(least + 1));
  if (largest[least].item<double>() > threshold)
    return losses.masked_select(losses > threshold).mean();
  return least == 0 ? largest[0] : largest.slice(0, 0, least).mean();
}

}  // namespace

torch::Tensor CrossEntropy(const torch::Tensor& scores, const torch::Tensor& labels,
                           const HardExamples& hard) {
  const torch::Tensor losses = torch::nll_loss2d(torch::log_softmax(scores, 1), labels, {},
                                                 at::Reduction::None, kIgnoredLabel)
                                   .flatten();
  if (hard.enabled) return HardMean(losses, hard);
  const torch::Tensor labelled = (labels != kIgnoredLabel).sum();
  return losses.sum() / labelled.clamp_min(1);
}

SemanticLoss ComputeSemanticLoss(const SegmentationScores& scores, const torch::Tensor& labels,
                                 double auxiliary_weight, const HardExamples& hard) {
  SemanticLoss loss;
  loss.main = CrossEntropy(scores.main, labels, hard);
  loss.auxiliary = CrossEntropy(scores.auxiliary, labels, hard);
  loss.semantic = loss.main + auxiliary_weight * loss.auxiliary;
  return loss;
}

}  // namespace seafusion::learn
