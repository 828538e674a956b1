// U2Fusion (Xu et al., IEEE TPAMI 44, 2022): one dense network on both pictures. Tensors:
// model::FindPublishedNetwork("u2fusion").
#ifndef SEAFUSION_METHODS_LEARNED_NETWORKS_U2FUSION_NET_H_
#define SEAFUSION_METHODS_LEARNED_NETWORKS_U2FUSION_NET_H_

#include <torch/types.h>

#include "methods/learned/networks/layers.h"

namespace seafusion::methods {

/// Both (N, 1, H, W), 0..1; the result, too. The order matters: published results have the infrared
/// first, the authors' own test the visible.
torch::Tensor RunU2Fusion(const TensorSource& tensors, const torch::Tensor& first,
                          const torch::Tensor& second);

}  // namespace seafusion::methods

#endif  // SEAFUSION_METHODS_LEARNED_NETWORKS_U2FUSION_NET_H_
