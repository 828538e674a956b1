// A network of model/graph/network.h whose layers are trained in parts.
#ifndef SEAFUSION_LEARN_NETWORKS_GRAPH_NET_H_
#define SEAFUSION_LEARN_NETWORKS_GRAPH_NET_H_

#include <cstdint>
#include <vector>

#include <seafusion/status.h>
#include <torch/types.h>

#include "learn/networks/fusion_model.h"
#include "model/graph/network.h"
#include "model/weights/safetensors.h"

namespace seafusion::learn {

/// Not thread-safe while it trains; Forward alone may run on several threads.
class GraphNet final : public FusionModel {
 public:
  /// Fresh weights; the same seed gives the same everywhere. Lite: normal, with the standard
  /// deviation that keeps activations their size (He 2015), a tenth of it in the layer before the
  /// blend and a fifth where a coarse path ends, so that training begins near the sources' mean.
  /// SeAFusion: as FusionNet::Initialized. With `reparameterized`, each 3x3 convolution has a 1x1
  /// kernel beside its own and, where channels agree, a factor for each channel of its input.
  static GraphNet Initialized(const model::Network& network, std::uint64_t seed,
                              bool reparameterized);

  /// As a weights file has them; with `reparameterized`, its kernels and parts beside them that are
  /// zero. Fails as model::IdentifyNetwork.
  static StatusOr<GraphNet> FromArchive(const model::TensorArchive& archive,
                                        bool reparameterized = false);

  const model::Network& network() const { return network_; }

  /// `vis`: luma of the visible picture, `inf`: infrared; both (N, 1, H, W), 0..1. Returns the
  /// fused luma, the same shape, 0..1.
  torch::Tensor Forward(const torch::Tensor& vis, const torch::Tensor& inf) const override;
  torch::Tensor Unclamped(const torch::Tensor& vis, const torch::Tensor& inf) const override;

  void SetChannelsLast(bool on) { channels_last_ = on; }
  void To(torch::Device device) override;

  /// What an optimiser changes, in graph order; handles to the live tensors, anew after To.
  std::vector<torch::Tensor> parameter_tensors() const override;

  /// Copies of the weights on the CPU, each layer's parts added up: what Fuser takes.
  model::TensorArchive ToArchive() const override;

 private:
  // Of one convolution or gradient: the network's two tensors, and the parts beside the kernel
  // where there are.
  struct Layer {
    std::size_t node = 0;
    torch::Tensor first, second, point, identity;
  };
  void AddParts();  // zero
  torch::Tensor Kernel(const Layer& layer) const;
  torch::Tensor Run(const torch::Tensor& vis, const torch::Tensor& inf, bool clamp) const;
  std::vector<torch::Tensor*> Parts();

  model::Network network_;
  std::vector<Layer> layers_;  // in graph order
  bool channels_last_ = false;
};

}  // namespace seafusion::learn

#endif  // SEAFUSION_LEARN_NETWORKS_GRAPH_NET_H_
