// FusionGAN: J. Ma et al., "FusionGAN: A generative adversarial network for infrared and visible
// image fusion", Information Fusion 48, 2019.
#ifndef SEAFUSION_METHODS_LEARNED_NETWORKS_FUSIONGAN_NET_H_
#define SEAFUSION_METHODS_LEARNED_NETWORKS_FUSIONGAN_NET_H_

#include <vector>

#include <torch/types.h>

#include "methods/learned/networks/layers.h"
#include "model/graph/fusion_graph.h"

namespace seafusion::methods {

/// By the names of the public checkpoints, weights as (out, in, k, k).
std::vector<model::TensorSpec> FusionGanTensors();

/// `ir` and `vi`: (1, 1, H, W), 0..255. Returns the same shape: 127.5 tanh + 127.5, which the
/// public code then stretches to 0..255. As there, each layer is normalised by the moments of this
/// picture; the trained ones play no part.
torch::Tensor FuseFusionGan(const TensorSource& tensors, const torch::Tensor& ir,
                            const torch::Tensor& vi);

}  // namespace seafusion::methods

#endif  // SEAFUSION_METHODS_LEARNED_NETWORKS_FUSIONGAN_NET_H_
