// Builds graphs node by node; scales, and the channels where they follow from the inputs, are found
// here.
#ifndef SEAFUSION_MODEL_GRAPH_GRAPH_BUILDER_H_
#define SEAFUSION_MODEL_GRAPH_GRAPH_BUILDER_H_

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "model/graph/graph.h"

namespace seafusion::model {

/// Each call adds a node and returns its index.
class GraphBuilder {
 public:
  int Input(std::string_view name) {
    return Push({.name = std::string(name), .op = Op::kInput, .channels = 1});
  }

  /// Any node with its inputs; the scale is found.
  int Push(Node node) {
    if (!node.inputs.empty()) {
      node.scale = nodes_[static_cast<std::size_t>(node.inputs[0])].scale;
    }
    if (node.op == Op::kSpaceToDepth || node.op == Op::kAveragePool) node.scale *= node.factor;
    if (node.op == Op::kDepthToSpace || node.op == Op::kEnlarge) node.scale /= node.factor;
    nodes_.push_back(std::move(node));
    return static_cast<int>(nodes_.size()) - 1;
  }

  int SpaceToDepth(std::string name, std::vector<int> inputs) {
    int channels = 0;
    for (const int i : inputs) channels += Channels(i);
    return Push({.name = std::move(name),
                 .op = Op::kSpaceToDepth,
                 .inputs = std::move(inputs),
                 .channels = 4 * channels,
                 .factor = 2});
  }

  int DepthToSpace(std::string name, int input) {
    return Push({.name = std::move(name),
                 .op = Op::kDepthToSpace,
                 .inputs = {input},
                 .channels = Channels(input) / 4,
                 .factor = 2});
  }

  int AveragePool(std::string name, int input, int factor) {
    return Push({.name = std::move(name),
                 .op = Op::kAveragePool,
                 .inputs = {input},
                 .channels = Channels(input),
                 .factor = factor});
  }

  int Enlarge(std::string name, int input, int factor) {
    return Push({.name = std::move(name),
                 .op = Op::kEnlarge,
                 .inputs = {input},
                 .channels = Channels(input),
                 .factor = factor});
  }

  int Channels(int index) const { return nodes_[static_cast<std::size_t>(index)].channels; }

  Graph Take() { return std::move(nodes_); }

 private:
  Graph nodes_;
};

}  // namespace seafusion::model

#endif  // SEAFUSION_MODEL_GRAPH_GRAPH_BUILDER_H_
