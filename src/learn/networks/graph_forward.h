// Any network of model/graph/graph.h in LibTorch, with gradients.
#ifndef SEAFUSION_LEARN_NETWORKS_GRAPH_FORWARD_H_
#define SEAFUSION_LEARN_NETWORKS_GRAPH_FORWARD_H_

#include <functional>

#include <torch/types.h>

#include "model/graph/graph.h"

namespace seafusion::learn {

/// The two tensors of a node with weights, as Node::weights names them.
struct NodeWeights {
  torch::Tensor first, second;
};

struct GraphOptions {
  bool channels_last =
      false;          ///< Maps of several channels lie pixel by pixel: faster convolutions.
  bool clamp = true;  ///< false: without Activation::kClamp01, whose gradient is zero outside.
};

/// `vis`: luma of the visible picture, `inf`: infrared; both (N, 1, H, W), 0..1. `weights` is asked
/// for each node with weights, by its index, in graph order. Returns the last node's map in 32 bits
/// (under Autocast, too), with gradients towards the weights, unless they are switched off.
torch::Tensor RunGraph(const model::Graph& graph, const torch::Tensor& vis,
                       const torch::Tensor& inf,
                       const std::function<NodeWeights(std::size_t node)>& weights,
                       const GraphOptions& options = {});

}  // namespace seafusion::learn

#endif  // SEAFUSION_LEARN_NETWORKS_GRAPH_FORWARD_H_
