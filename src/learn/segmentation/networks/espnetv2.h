// ESPNetv2 (model/espnetv2/espnetv2_graph.h) in LibTorch, with gradients towards the picture.
#ifndef SEAFUSION_LEARN_SEGMENTATION_NETWORKS_ESPNETV2_H_
#define SEAFUSION_LEARN_SEGMENTATION_NETWORKS_ESPNETV2_H_

#include <functional>
#include <memory>
#include <string>

#include <seafusion/status.h>
#include <torch/types.h>

#include "model/weights/safetensors.h"

namespace seafusion::learn {

class Espnetv2Modules;

/// As it is when it judges: batch normalisation by running statistics, weights without gradients.
/// Immutable but for To; thread-safe. Copies share the network.
class Espnetv2 {
 public:
  /// Told of each map under the name that model::EspNode gives it.
  using Observer = std::function<void(const std::string& name, const torch::Tensor& map)>;

  /// Fails as model::CheckEspnetv2Weights.
  static StatusOr<Espnetv2> FromArchive(const model::TensorArchive& archive);

  void To(torch::Device device);

  /// `rgb`: (N, 3, H, W), 0..1. Returns class scores before softmax, (N, 20, H, W). Fails with
  /// kInvalidArgument unless H and W are multiples of 16 in 32..8192.
  StatusOr<torch::Tensor> Forward(const torch::Tensor& rgb, const Observer& observe = {}) const;

 private:
  std::shared_ptr<Espnetv2Modules> modules_;
};

}  // namespace seafusion::learn

#endif  // SEAFUSION_LEARN_SEGMENTATION_NETWORKS_ESPNETV2_H_
