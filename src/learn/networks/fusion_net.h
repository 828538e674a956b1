// The fusion network in LibTorch, for training. Same topology, names and weights as the inference
// engines, because all of them walk model::FusionGraph().
#ifndef SEAFUSION_LEARN_NETWORKS_FUSION_NET_H_
#define SEAFUSION_LEARN_NETWORKS_FUSION_NET_H_

#include <cstdint>
#include <string>
#include <vector>

#include <seafusion/status.h>
#include <torch/types.h>

#include "learn/networks/fusion_model.h"
#include "model/weights/safetensors.h"

namespace seafusion::learn {

class FusionNet final : public FusionModel {
 public:
  struct Parameter {
    std::string name;  ///< As in model::FusionTensors().
    torch::Tensor value;
  };

  /// Fresh weights: uniform in +-1/sqrt(fan-in) for weights and biases (PyTorch's default for
  /// convolutions), the gradient stream's depthwise kernels as Sobel operators. All of them train.
  /// The same seed gives the same weights everywhere.
  static FusionNet Initialized(std::uint64_t seed);

  /// Fails with kInvalidArgument, naming the tensor, when the archive is not a fusion network.
  static StatusOr<FusionNet> FromArchive(const model::TensorArchive& archive);

  model::TensorArchive ToArchive() const override;
  void To(torch::Device device) override;

  /// Switches the gradient residual stream off for good (the ablation of Tang 2022, Section 4.7):
  /// its weights become zero and stay so while the others train. Call after To.
  void RemoveGradientStream();

  /// What comes back is in (0, 1).
  torch::Tensor Forward(const torch::Tensor& vis, const torch::Tensor& inf) const override;

  const std::vector<Parameter>& parameters() const { return parameters_; }
  std::vector<torch::Tensor> parameter_tensors() const override;

 private:
  explicit FusionNet(const model::TensorArchive& checked);

  std::vector<Parameter> parameters_;
};

}  // namespace seafusion::learn

#endif  // SEAFUSION_LEARN_NETWORKS_FUSION_NET_H_
