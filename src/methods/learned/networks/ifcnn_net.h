// IFCNN (Zhang et al., Information Fusion 54, 2020) with the maximum of the features. Tensors:
// model::FindPublishedNetwork("ifcnn").
#ifndef SEAFUSION_METHODS_LEARNED_NETWORKS_IFCNN_NET_H_
#define SEAFUSION_METHODS_LEARNED_NETWORKS_IFCNN_NET_H_

#include <torch/types.h>

#include "methods/learned/networks/layers.h"

namespace seafusion::methods {

/// Both (N, 3, H, W), normalised or not; (N, 3, H, W), in the same terms. `training`: normalises by
/// the moments of the batch, and moves the averages that fusing uses.
torch::Tensor RunIfcnn(const TensorSource& tensors, const torch::Tensor& ir,
                       const torch::Tensor& vi, bool training = false);

}  // namespace seafusion::methods

#endif  // SEAFUSION_METHODS_LEARNED_NETWORKS_IFCNN_NET_H_
