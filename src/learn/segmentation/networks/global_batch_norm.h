// BatchNorm whose statistics are those of a batch that several processes share.
#ifndef SEAFUSION_LEARN_SEGMENTATION_NETWORKS_GLOBAL_BATCH_NORM_H_
#define SEAFUSION_LEARN_SEGMENTATION_NETWORKS_GLOBAL_BATCH_NORM_H_

#include <memory>
#include <utility>

#include <torch/nn/module.h>
#include <torch/nn/pimpl.h>

#include "learn/parallel/process_group.h"

namespace seafusion::learn {

/// torch::nn::BatchNorm2d with its defaults and names, which cannot be derived from: LibTorch does
/// not export all of it. While it trains, each channel's mean and variance are taken over the
/// batches of all processes of the group, forwards and backwards: the outputs are those of one
/// process with all the pictures. All processes must run it, and each needs a picture.
class GlobalBatchNormImpl : public torch::nn::Module {
 public:
  explicit GlobalBatchNormImpl(int channels);
  void set_group(std::shared_ptr<ProcessGroup> group) { group_ = std::move(group); }
  torch::Tensor forward(const torch::Tensor& x);

  torch::Tensor weight, bias, running_mean, running_var;

 private:
  std::shared_ptr<ProcessGroup> group_ = ProcessGroup::Alone();
};
TORCH_MODULE(GlobalBatchNorm);

}  // namespace seafusion::learn

#endif  // SEAFUSION_LEARN_SEGMENTATION_NETWORKS_GLOBAL_BATCH_NORM_H_
