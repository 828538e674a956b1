// Where a network finds its tensors: in a file's weights, or in those of a training run.
#ifndef SEAFUSION_METHODS_LEARNED_NETWORKS_TENSOR_SOURCE_H_
#define SEAFUSION_METHODS_LEARNED_NETWORKS_TENSOR_SOURCE_H_

#include <functional>
#include <string>

#include <torch/types.h>

namespace seafusion::methods {

/// A tensor by its name, one of the network's specs.
using TensorSource = std::function<torch::Tensor(const std::string& name)>;

}  // namespace seafusion::methods

#endif  // SEAFUSION_METHODS_LEARNED_NETWORKS_TENSOR_SOURCE_H_
