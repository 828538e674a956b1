// SDNet (Zhang, Ma, IJCV 129, 2021): two pictures squeezed into one, which training decomposes
// again. Tensors: model::FindPublishedNetwork("sdnet").
#ifndef SEAFUSION_METHODS_LEARNED_NETWORKS_SDNET_NET_H_
#define SEAFUSION_METHODS_LEARNED_NETWORKS_SDNET_NET_H_

#include <torch/types.h>

#include "methods/learned/networks/layers.h"

namespace seafusion::methods {

/// Both (N, 1, H, W), -1..1; the result, too.
torch::Tensor RunSdNet(const TensorSource& tensors, const torch::Tensor& ir,
                       const torch::Tensor& vi);

struct Decomposed {
  torch::Tensor ir, vi;
};

/// Of a fused picture, for training: the pictures it was made of, -1..1.
Decomposed DecomposeSdNet(const TensorSource& tensors, const torch::Tensor& fused);

}  // namespace seafusion::methods

#endif  // SEAFUSION_METHODS_LEARNED_NETWORKS_SDNET_NET_H_
