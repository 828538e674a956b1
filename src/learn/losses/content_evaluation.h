// Content loss of a network over whole pictures.
#ifndef SEAFUSION_LEARN_LOSSES_CONTENT_EVALUATION_H_
#define SEAFUSION_LEARN_LOSSES_CONTENT_EVALUATION_H_

#include <atomic>

#include <seafusion/status.h>
#include <torch/types.h>

#include "learn/data/pair_dataset.h"
#include "learn/networks/fusion_model.h"

namespace seafusion::learn {

/// Losses of one step, or means over a data set.
struct LossValues {
  double intensity = 0, texture = 0, content = 0;
};

/// Mean content loss of `net` over whole pictures, as published: each picture's own mean, then the
/// mean over pictures. Stops early, with kCancelled, when `stop` is set.
StatusOr<LossValues> Evaluate(const FusionModel& net, const PairDataset& data, torch::Device device,
                              const std::atomic<bool>* stop);

}  // namespace seafusion::learn

#endif  // SEAFUSION_LEARN_LOSSES_CONTENT_EVALUATION_H_
