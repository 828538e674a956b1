// What the networks share: where their tensors come from, and convolutions with their padding.
#ifndef SEAFUSION_METHODS_LEARNED_NETWORKS_LAYERS_H_
#define SEAFUSION_METHODS_LEARNED_NETWORKS_LAYERS_H_

#include <cstdint>
#include <functional>
#include <string>

#include <torch/types.h>

namespace seafusion::methods {

/// A network's tensor by its name; NetworkWeights, or tensors that train.
using TensorSource = std::function<torch::Tensor(const std::string& name)>;

enum class Padding : std::uint8_t {
  kZero,
  kReflect,    ///< Without repeating the edge; kReplicate where a side is too short for that.
  kReplicate,  ///< The edge, repeated.
};

/// `maps`: one tensor, or several that are taken one after the other along the channels; each
/// (N, C, H, W), H and W at least 1. The result has their height and width: stride 1, an odd kernel
/// `weight` (O, sum of C, k, k), padded by k / 2. `bias` may be undefined. The result shares memory
/// with nothing: an activation can follow in place.
torch::Tensor Convolve(torch::TensorList maps, const torch::Tensor& weight,
                       const torch::Tensor& bias, Padding padding);

/// The convolution of NAME.weight and NAME.bias.
torch::Tensor Convolve(const TensorSource& tensors, const std::string& name, torch::TensorList maps,
                       Padding padding);

}  // namespace seafusion::methods

#endif  // SEAFUSION_METHODS_LEARNED_NETWORKS_LAYERS_H_
