// What a SegmentationNet is made of: a network of its own, or one that others trained.
#ifndef SEAFUSION_LEARN_SEGMENTATION_NETWORKS_SEGMENTATION_MODULES_H_
#define SEAFUSION_LEARN_SEGMENTATION_NETWORKS_SEGMENTATION_MODULES_H_

#include <string>
#include <utility>
#include <vector>

#include <torch/nn/module.h>

#include "learn/segmentation/networks/segmentation_net.h"
#include "model/weights/safetensors.h"

namespace seafusion::learn {

class SegmentationModules : public torch::nn::Module {
 public:
  virtual SegmentationScores Scores(const torch::Tensor& rgb) = 0;
  /// The encoder's maps at 1/8 and 1/16.
  virtual std::vector<torch::Tensor> Features(const torch::Tensor& rgb) = 0;
  /// Whether the parameter is one of the last layers, by its name.
  virtual bool InHead(const std::string& name) const = 0;
  /// Adds what a file says besides its tensors.
  virtual void Describe(model::TensorArchive&) const {}

  /// Weights and running statistics by name, without counters.
  std::vector<std::pair<std::string, torch::Tensor>> State() const;
};

}  // namespace seafusion::learn

#endif  // SEAFUSION_LEARN_SEGMENTATION_NETWORKS_SEGMENTATION_MODULES_H_
