#include "nn/direct/chain.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include "core/status_macros.h"
#include "model/graph/graph.h"

namespace seafusion::nn::direct {
namespace {

using model::Activation;
using model::Border;
using model::Node;
using model::Op;
using plan::Plan;
using plan::Step;
using plan::StepKind;

// Reads a plan that is a chain. The compiler has found which nodes belong to which step; what is
// asked here is only what the kernels do not do in general.
class Reader {
 public:
  Reader(const Plan& plan, const model::TensorArchive& weights) : plan_(plan), weights_(weights) {}

  StatusOr<Chain> Read() const {
    Chain chain;
    for (const Step& step : plan_.steps) {
      SEAFUSION_RETURN_IF_ERROR(AddLayer(step.node, Border::kZero, chain.layers));
    }
    const Node& blend = plan_.graph.back();
    SEAFUSION_RETURN_IF_ERROR(Expect(
        blend, blend.activation == Activation::kClamp01 && ReadsBothSources(plan_.steps.back()),
        "a blend of infrared and visible, clamped to 0..1"));
    const Node& maps = plan_.node(blend.inputs[0]);
    SEAFUSION_RETURN_IF_ERROR(Expect(maps, maps.factor == 2 && chain.layers.back().outs == kMaps,
                                     "a pixel-shuffle of 12 channels by 2"));
    const Step& first = plan_.steps.front();
    const int phases = plan_.node(first.node).inputs[0];
    SEAFUSION_RETURN_IF_ERROR(Expect(plan_.node(phases),
                                     plan_.node(phases).factor == 2 && ReadsBothSources(first),
                                     "a pixel-unshuffle by 2 of infrared and visible"));
    for (std::size_t i = 0; i < first.picture_nodes.size(); ++i) {
      SEAFUSION_ASSIGN_OR_RETURN(
          CoarsePath path, ReadCoarse(first.picture_nodes[i], first.picture_factors[i], phases));
      chain.coarse.push_back(std::move(path));
    }
    return chain;
  }

 private:
  static Status Expect(const Node& node, bool fits, const std::string& what) {
    if (fits) return OkStatus();
    return Unsupported("the direct engine needs " + what + ", where node " + node.name + " is");
  }
  bool ReadsBothSources(const Step& step) const {
    return step.planes.size() == 2 && plan_.node(step.planes[0]).name == model::kInfraredInput &&
           plan_.node(step.planes[1]).name == model::kVisibleInput;
  }

  Status AddLayer(int n, Border border, std::vector<Layer>& layers) const {
    const Node& node = plan_.node(n);
    SEAFUSION_RETURN_IF_ERROR(
        Expect(node, node.border == border, "the border rule of its other convolutions"));
    const bool leaky = node.activation == Activation::kLeakyRelu;
    layers.push_back({.name = node.name,
                      .ins = model::InputChannels(plan_.graph, node),
                      .outs = node.channels,
                      .weights = weights_.tensors.at(node.weights[0]).values,
                      .bias = weights_.tensors.at(node.weights[1]).values,
                      .slope = leaky ? node.slope : 1.0f});
    return OkStatus();
  }

  // The convolutions from node `last` back to the average. No step has them: they belong to the
  // whole picture.
  StatusOr<CoarsePath> ReadCoarse(int last, int factor, int phases) const {
    CoarsePath path = {.factor = factor, .layers = {}};
    int at = last;
    for (; plan_.node(at).op == Op::kConv; at = plan_.node(at).inputs[0]) {
      const Node& node = plan_.node(at);
      const bool activation = node.activation == Activation::kLeakyRelu && node.slope >= 0.0f &&
                              node.slope <= 1.0f && at != last;
      SEAFUSION_RETURN_IF_ERROR(
          Expect(node,
                 node.kernel == 3 && node.inputs.size() == 1 && node.add.empty() &&
                     (activation || node.activation == Activation::kNone),
                 "a 3x3 convolution of one input, the last one without activation"));
      SEAFUSION_RETURN_IF_ERROR(AddLayer(at, Border::kRepeat, path.layers));
    }
    const Node& pool = plan_.node(at);
    SEAFUSION_RETURN_IF_ERROR(Expect(pool,
                                     pool.op == Op::kAveragePool && pool.factor == factor &&
                                         factor % 2 == 0 && pool.inputs.size() == 1 &&
                                         pool.inputs[0] == phases && !path.layers.empty(),
                                     "convolutions of an average of the phases over an even "
                                     "factor, enlarged by the same"));
    std::reverse(path.layers.begin(), path.layers.end());
    return path;
  }

  const Plan& plan_;
  const model::TensorArchive& weights_;
};

}  // namespace

bool IsChain(const plan::Plan& plan) {
  if (plan.steps.size() < 2) return false;
  for (std::size_t s = 0; s < plan.steps.size(); ++s) {
    const Step& step = plan.steps[s];
    const StepKind kind = s == 0                       ? StepKind::kPhaseConv
                          : s + 1 == plan.steps.size() ? StepKind::kBlendConv
                                                       : StepKind::kDirectConv;
    if (step.kind != kind) return false;
    if (s > 0 && plan.map(step.reads[0].map).step + 1 != static_cast<int>(s)) return false;
  }
  return true;
}

StatusOr<Chain> ChainOf(const plan::Plan& plan, const model::TensorArchive& weights) {
  if (!IsChain(plan)) {
    return Unsupported("the direct engine needs direct convolutions one after another");
  }
  return Reader(plan, weights).Read();
}

}  // namespace seafusion::nn::direct
