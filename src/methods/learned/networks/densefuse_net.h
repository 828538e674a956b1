// DenseFuse (Li, Wu, IEEE TIP 28, 2019): a dense encoder, features added, a decoder. Tensors:
// model::FindPublishedNetwork("densefuse").
#ifndef SEAFUSION_METHODS_LEARNED_NETWORKS_DENSEFUSE_NET_H_
#define SEAFUSION_METHODS_LEARNED_NETWORKS_DENSEFUSE_NET_H_

#include <vector>

#include <torch/types.h>

#include "methods/learned/networks/layers.h"

namespace seafusion::methods {

/// `picture`: (N, 1, H, W), 0..255. Returns four maps of 16 channels, the newest first.
std::vector<torch::Tensor> DenseFuseEncode(const TensorSource& tensors,
                                           const torch::Tensor& picture);

/// (N, 1, H, W) from what DenseFuseEncode returns: of one picture about that picture, of a sum
/// about the sum.
torch::Tensor DenseFuseDecode(const TensorSource& tensors, torch::TensorList features);

/// The addition strategy. Pictures as DenseFuseEncode; the result is about ir + vi.
torch::Tensor RunDenseFuse(const TensorSource& tensors, const torch::Tensor& ir,
                           const torch::Tensor& vi);

}  // namespace seafusion::methods

#endif  // SEAFUSION_METHODS_LEARNED_NETWORKS_DENSEFUSE_NET_H_
