#include "learn/segmentation/semantic_loss.h"

#include <algorithm>
#include <cmath>
#include <tuple>

#include "learn/libtorch.h"

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

// The same over the losses of all processes: this one's share of the mean.
torch::Tensor SharedHardMean(const torch::Tensor& losses, const HardExamples& hard,
                             ProcessGroup& group) {
  const double threshold = -std::log(hard.confidence);
  torch::Tensor counts = torch::stack({torch::scalar_tensor(losses.numel(), torch::kInt64),
                                       (losses > threshold).sum().to(torch::kCPU)});
  group.Sum(counts);
  const auto all = counts[0].item<std::int64_t>(), above = counts[1].item<std::int64_t>();
  const std::int64_t least = std::clamp<std::int64_t>(hard.least, 0, all - 1);
  if (above > least) {
    return losses.masked_select(losses > threshold).sum() / static_cast<double>(above);
  }
  const std::int64_t taken = std::max<std::int64_t>(least, 1);
  const std::int64_t candidates = std::min(taken, losses.numel());
  const torch::Tensor largest = std::get<0>(losses.topk(candidates));
  torch::Tensor row = torch::full({taken}, -1.0, torch::kFloat32);  // no loss is negative
  row.narrow(0, 0, candidates).copy_(largest.detach());
  const torch::Tensor rows = group.Rows(row);
  // The loss number `taken` of all; those equal to it are taken in the order of the processes.
  const float last = std::get<0>(rows.flatten().topk(taken))[taken - 1].item<float>();
  const torch::Tensor larger = (rows > last).sum(1), equal = (rows == last).sum(1);
  std::int64_t left = taken - larger.sum().item<std::int64_t>(), mine = 0;
  for (int r = 0; r <= group.rank(); ++r) {
    const std::int64_t ties = std::min(left, equal[r].item<std::int64_t>());
    mine = larger[r].item<std::int64_t>() + ties;
    left -= ties;
  }
  return largest.slice(0, 0, mine).sum() / static_cast<double>(taken);
}

}  // namespace

torch::Tensor CrossEntropy(const torch::Tensor& scores, const torch::Tensor& labels,
                           const HardExamples& hard, ProcessGroup* group) {
  const bool shared = group != nullptr && !group->alone();
  const torch::Tensor losses = torch::nll_loss2d(torch::log_softmax(scores, 1), labels, {},
                                                 at::Reduction::None, kIgnoredLabel)
                                   .flatten();
  if (hard.enabled) return shared ? SharedHardMean(losses, hard, *group) : HardMean(losses, hard);
  torch::Tensor labelled = (labels != kIgnoredLabel).sum();
  if (shared) group->Sum(labelled);
  return losses.sum() / labelled.clamp_min(1);
}

SemanticLoss ComputeSemanticLoss(const SegmentationScores& scores, const torch::Tensor& labels,
                                 double auxiliary_weight, const HardExamples& hard,
                                 ProcessGroup* group) {
  SemanticLoss loss;
  loss.main = CrossEntropy(scores.main, labels, hard, group);
  if (!scores.auxiliary.defined()) {
    loss.auxiliary = torch::zeros_like(loss.main);
    loss.semantic = loss.main;
    return loss;
  }
  loss.auxiliary = CrossEntropy(scores.auxiliary, labels, hard, group);
  loss.semantic = loss.main + auxiliary_weight * loss.auxiliary;
  return loss;
}

}  // namespace seafusion::learn
