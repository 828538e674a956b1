// A network that fuses, as training and evaluation see it, whatever its topology.
#ifndef SEAFUSION_LEARN_NETWORKS_FUSION_MODEL_H_
#define SEAFUSION_LEARN_NETWORKS_FUSION_MODEL_H_

#include <memory>
#include <vector>

#include <seafusion/status.h>
#include <torch/types.h>

#include "model/weights/safetensors.h"

namespace seafusion::learn {

/// Not thread-safe while it trains; Forward alone may run on several threads.
class FusionModel {
 public:
  virtual ~FusionModel() = default;

  /// `vis`: luma of the visible picture, `inf`: infrared; both (N, 1, H, W), 0..1. Returns the
  /// fused luma, the same shape, with gradients towards the parameters.
  virtual torch::Tensor Forward(const torch::Tensor& vis, const torch::Tensor& inf) const = 0;

  /// The same before it is cut to 0..1, by networks that cut: where it lies outside, a loss still
  /// draws it back.
  virtual torch::Tensor Unclamped(const torch::Tensor& vis, const torch::Tensor& inf) const {
    return Forward(vis, inf);
  }

  /// What an optimiser changes; handles to the live tensors, anew after To.
  virtual std::vector<torch::Tensor> parameter_tensors() const = 0;

  /// Copies of the weights, on the CPU: what Fuser takes.
  virtual model::TensorArchive ToArchive() const = 0;

  virtual void To(torch::Device device) = 0;

 protected:
  FusionModel() = default;
  FusionModel(const FusionModel&) = default;
  FusionModel& operator=(const FusionModel&) = default;
};

/// The network that `archive` holds: FusionNet or, of lite ones, GraphNet. Fails as
/// model::IdentifyNetwork.
StatusOr<std::unique_ptr<FusionModel>> FusionModelOf(const model::TensorArchive& archive);

}  // namespace seafusion::learn

#endif  // SEAFUSION_LEARN_NETWORKS_FUSION_MODEL_H_
