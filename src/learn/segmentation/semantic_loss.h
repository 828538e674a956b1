// How badly a segmentation network understands a picture (Tang 2022, Eq. 10 to 13).
#ifndef SEAFUSION_LEARN_SEGMENTATION_SEMANTIC_LOSS_H_
#define SEAFUSION_LEARN_SEGMENTATION_SEMANTIC_LOSS_H_

#include <cstdint>

#include <torch/types.h>

#include "learn/parallel/process_group.h"
#include "learn/segmentation/ignored_label.h"
#include "learn/segmentation/networks/segmentation_net.h"

namespace seafusion::learn {

/// Which pixels count.
struct HardExamples {
  /// false: all labelled pixels alike (the paper). true: those the network is less sure of than
  /// `confidence`, at least `least` of them (online hard example mining, the public code).
  bool enabled = false;
  double confidence = 0.7;
  std::int64_t least = 307200;
};

/// Weight lambda of the auxiliary head in Eq. 12; the public code trains the segmentation network
/// itself with 0.75.
inline constexpr double kAuxiliaryWeight = 0.1;

/// Scalars, with gradients towards the scores.
struct SemanticLoss {
  torch::Tensor main;       ///< Eq. 10
  torch::Tensor auxiliary;  ///< Eq. 11; 0 of a network without that head.
  torch::Tensor semantic;   ///< Eq. 12: main + lambda auxiliary
};

/// Mean cross entropy in nats. `scores`: (N, C, H, W), before softmax; `labels`: (N, H, W), int64,
/// 0..C-1 or 255. Without hard examples the mean is over labelled pixels; with them, ignored pixels
/// are pixels of loss 0, as in the public code. 0 where no pixel is labelled. With a group, the
/// batch is those of all its processes: the sum of what they return is the mean over it, and hard
/// examples are chosen among all of its pixels.
torch::Tensor CrossEntropy(const torch::Tensor& scores, const torch::Tensor& labels,
                           const HardExamples& hard, ProcessGroup* group = nullptr);

SemanticLoss ComputeSemanticLoss(const SegmentationScores& scores, const torch::Tensor& labels,
                                 double auxiliary_weight, const HardExamples& hard,
                                 ProcessGroup* group = nullptr);

/// Weight of the semantic loss in round `round` = 1, 2, ... of training: Eq. 13 with
/// beta = gamma (round - 1).
inline double SemanticWeight(int round, double gamma = 1.0) {
  return gamma * (round - 1);
}

}  // namespace seafusion::learn

#endif  // SEAFUSION_LEARN_SEGMENTATION_SEMANTIC_LOSS_H_
