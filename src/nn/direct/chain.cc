#include "nn/direct/chain.h"

#include <algorithm>
#include <utility>

#include "core/status_macros.h"

namespace seafusion::nn::direct {
namespace {

using model::Activation;
using model::Border;
using model::Node;
using model::Op;

class Finder {
 public:
  Finder(std::span<const Node> graph, const model::TensorArchive& weights)
      : graph_(graph), weights_(weights) {}

  StatusOr<Chain> Find() {
    const Node& blend = graph_.back();
    SEAFUSION_RETURN_IF_ERROR(
        Expect(blend,
               blend.op == Op::kBlend && blend.activation == Activation::kClamp01 &&
                   blend.inputs.size() == 3 && IsInput(blend.inputs[1], model::kInfraredInput) &&
                   IsInput(blend.inputs[2], model::kVisibleInput),
               "a blend of infrared and visible, clamped to 0..1"));
    const Node& maps = graph_[blend.inputs[0]];
    SEAFUSION_RETURN_IF_ERROR(
        Expect(maps, maps.op == Op::kDepthToSpace && maps.factor == 2 && maps.inputs.size() == 1,
               "a pixel-shuffle by 2"));
    Chain chain;
    int phases = -1;
    std::vector<int> added;
    SEAFUSION_RETURN_IF_ERROR(
        FindLayers(maps.inputs[0], Border::kZero, chain.layers, phases, &added));
    const Node& first = graph_[phases];
    SEAFUSION_RETURN_IF_ERROR(Expect(first,
                                     first.op == Op::kSpaceToDepth && first.factor == 2 &&
                                         first.inputs.size() == 2 &&
                                         IsInput(first.inputs[0], model::kInfraredInput) &&
                                         IsInput(first.inputs[1], model::kVisibleInput),
                                     "a pixel-unshuffle by 2 of infrared and visible"));
    for (const int index : added) {
      SEAFUSION_ASSIGN_OR_RETURN(CoarsePath path, FindCoarse(index, phases));
      chain.coarse.push_back(std::move(path));
    }
    if (chain.layers.back().outs != kMaps || chain.layers.back().slope != 1.0f) {
      return Mismatch(maps, "12 channels without activation");
    }
    return chain;
  }

 private:
  static Status Mismatch(const Node& node, const std::string& what) {
    return Unsupported("the direct engine needs " + what + ", where node " + node.name + " is");
  }
  static Status Expect(const Node& node, bool fits, const std::string& what) {
    return fits ? OkStatus() : Mismatch(node, what);
  }
  bool IsInput(int index, std::string_view name) const {
    return graph_[index].op == Op::kInput && graph_[index].name == name;
  }

  // Convolutions from `last` back to the first node that is none, which `before` becomes. `added`
  // receives what the first of them adds; null where none may.
  Status FindLayers(int last, Border border, std::vector<Layer>& layers, int& before,
                    std::vector<int>* added) const {
    int at = last;
    for (; graph_[at].op == Op::kConv; at = graph_[at].inputs[0]) {
      const Node& node = graph_[at];
      const bool leaky = node.activation == Activation::kLeakyRelu;
      const bool first = graph_[node.inputs[0]].op != Op::kConv;
      SEAFUSION_RETURN_IF_ERROR(
          Expect(node,
                 node.kernel == 3 && node.inputs.size() == 1 && node.border == border &&
                     (leaky || node.activation == Activation::kNone) && node.slope >= 0.0f &&
                     node.slope <= 1.0f && (node.add.empty() || (first && added != nullptr)),
                 "a 3x3 convolution of one input"));
      if (first && added != nullptr) *added = node.add;
      layers.push_back({.name = node.name,
                        .ins = model::InputChannels(graph_, node),
                        .outs = node.channels,
                        .weights = weights_.tensors.at(node.weights[0]).values,
                        .bias = weights_.tensors.at(node.weights[1]).values,
                        .slope = leaky ? node.slope : 1.0f});
    }
    SEAFUSION_RETURN_IF_ERROR(Expect(graph_[last], !layers.empty(), "a 3x3 convolution"));
    std::reverse(layers.begin(), layers.end());
    before = at;
    return OkStatus();
  }

  StatusOr<CoarsePath> FindCoarse(int index, int phases) const {
    const Node& enlarge = graph_[index];
    SEAFUSION_RETURN_IF_ERROR(
        Expect(enlarge,
               enlarge.op == Op::kEnlarge && enlarge.inputs.size() == 1 && enlarge.factor % 2 == 0,
               "an enlargement by an even factor"));
    CoarsePath path;
    path.factor = enlarge.factor;
    int before = -1;
    SEAFUSION_RETURN_IF_ERROR(
        FindLayers(enlarge.inputs[0], Border::kRepeat, path.layers, before, nullptr));
    const Node& pool = graph_[before];
    SEAFUSION_RETURN_IF_ERROR(Expect(pool,
                                     pool.op == Op::kAveragePool && pool.factor == path.factor &&
                                         pool.inputs.size() == 1 && pool.inputs[0] == phases,
                                     "an average of the phases over the same factor"));
    SEAFUSION_RETURN_IF_ERROR(
        Expect(graph_[enlarge.inputs[0]], path.layers.back().slope == 1.0f, "no activation"));
    return path;
  }

  std::span<const Node> graph_;
  const model::TensorArchive& weights_;
};

}  // namespace

StatusOr<Chain> FindChain(std::span<const model::Node> graph, const model::TensorArchive& weights) {
  return Finder(graph, weights).Find();
}

}  // namespace seafusion::nn::direct
