// ESPNetv2's tensors as modules of LibTorch, to be trained or to judge.
#ifndef SEAFUSION_LEARN_SEGMENTATION_NETWORKS_ESPNETV2_MODULES_H_
#define SEAFUSION_LEARN_SEGMENTATION_NETWORKS_ESPNETV2_MODULES_H_

#include <functional>
#include <map>
#include <string>
#include <vector>

#include <torch/types.h>

#include "learn/segmentation/networks/global_batch_norm.h"
#include "learn/segmentation/networks/segmentation_modules.h"
#include "model/espnetv2/espnetv2_graph.h"
#include "model/weights/safetensors.h"

namespace seafusion::learn {

class Espnetv2Modules : public SegmentationModules {
 public:
  /// Of weights that CheckEspnetv2Weights has passed.
  Espnetv2Modules(const model::TensorArchive& archive, int classes);

  /// The scores of a graph for the size of `rgb`, (N, 3, H, W) in 0..1. Throws what LibTorch
  /// throws.
  torch::Tensor Run(const model::EspGraph& graph, const torch::Tensor& rgb,
                    const std::function<void(const std::string& name, const torch::Tensor& map)>&
                        observe = {}) const;

  /// At the nearest size that the network takes, resized back. Has no auxiliary head.
  SegmentationScores Scores(const torch::Tensor& rgb) override;
  std::vector<torch::Tensor> Features(const torch::Tensor& rgb) override;
  bool InHead(const std::string& name) const override;
  void Describe(model::TensorArchive& archive) const override;

 private:
  torch::nn::Module& Place(const std::string& path);
  model::EspGraph GraphFor(const torch::Tensor& rgb) const;

  const int classes_;
  std::map<std::string, GlobalBatchNorm> norms_;  // by what the names of their tensors begin with
  std::map<std::string, torch::Tensor> tensors_;  // all others
};

}  // namespace seafusion::learn

#endif  // SEAFUSION_LEARN_SEGMENTATION_NETWORKS_ESPNETV2_MODULES_H_
