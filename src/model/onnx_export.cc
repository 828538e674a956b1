#include "model/onnx_export.h"

#include <cstddef>
#include <initializer_list>
#include <new>
#include <string>
#include <string_view>
#include <utility>

#include "core/status_macros.h"
#include "model/fusion_graph.h"
#include "model/onnx_graph.h"

namespace seafusion::model {
namespace {

constexpr std::string_view kOutputName = "fused";
constexpr std::string_view kHalfName = "half";

// The network's nodes as ONNX operators.
class GraphWriter {
 public:
  std::vector<std::uint8_t> Write(const TensorArchive& weights) {
    const std::vector<Node>& nodes = FusionGraph();
    for (std::size_t i = 0; i < nodes.size(); ++i) {
      const std::string output{i + 1 == nodes.size() ? kOutputName : nodes[i].name};
      names_.push_back(output);
      switch (nodes[i].op) {
        case Op::kInput:
          graph_.AddInput(output, {"batch", 1, "height", "width"});
          break;
        case Op::kConv:
          AddConv(nodes[i], output);
          break;
        case Op::kGradient:
          AddGradient(nodes[i], output);
          break;
        default:  // SeAFusion has no others
          break;
      }
    }
    for (const TensorSpec& spec : FusionTensors()) {
      graph_.AddTensor(spec.name, weights.tensors.at(spec.name));
    }
    graph_.AddTensor(kHalfName, {.shape = {1}, .values = {0.5f}});
    graph_.AddOutput(kOutputName, {"batch", 1, "height", "width"});
    return graph_.Take(weights.metadata);
  }

 private:
  std::string AddConvolution(const Node& node, const std::vector<std::string>& inputs, int groups,
                             const std::string& output) {
    const std::int64_t k = node.kernel;
    const std::int64_t pad = k / 2;
    return graph_.AddOperator("Conv", inputs, output,
                              {{"kernel_shape", std::vector{k, k}},
                               {"pads", std::vector{pad, pad, pad, pad}},
                               {"group", std::int64_t{groups}}});
  }

  std::string Concatenated(const Node& node) {
    if (node.inputs.size() == 1) return names_[static_cast<std::size_t>(node.inputs[0])];
    std::vector<std::string> inputs;
    for (const int i : node.inputs) inputs.push_back(names_[static_cast<std::size_t>(i)]);
    return graph_.AddOperator("Concat", inputs, node.name + ".input", {{"axis", std::int64_t{1}}});
  }

  // The steps of one node are named after it; the last one has the node's own name.
  void AddConv(const Node& node, const std::string& output) {
    const bool active = node.activation != Activation::kNone;
    const bool adds = !node.add.empty();
    std::string v = AddConvolution(node, {Concatenated(node), node.weights[0], node.weights[1]}, 1,
                                   adds || active ? node.name + ".convolution" : output);
    if (adds) {
      v = graph_.AddOperator("Add", {names_[static_cast<std::size_t>(node.add[0])], v},
                             active ? node.name + ".sum" : output);
    }
    switch (node.activation) {
      case Activation::kNone:
        break;
      case Activation::kLeakyRelu:
        graph_.AddOperator("LeakyRelu", {v}, output, {{"alpha", node.slope}});
        break;
      case Activation::kTanh01: {
        const std::string half{kHalfName};
        v = graph_.AddOperator("Tanh", {v}, node.name + ".tanh");
        v = graph_.AddOperator("Mul", {v, half}, node.name + ".halved");
        graph_.AddOperator("Add", {v, half}, output);
        break;
      }
      case Activation::kClamp01:  // nor this
        break;
    }
  }

  void AddGradient(const Node& node, const std::string& output) {
    const std::string& x = names_[static_cast<std::size_t>(node.inputs[0])];
    std::vector<std::string> magnitudes;
    for (const std::string& kernel : node.weights) {
      const std::string step = kernel.substr(0, kernel.rfind('.'));
      const std::string response = AddConvolution(node, {x, kernel}, node.channels, step);
      magnitudes.push_back(graph_.AddOperator("Abs", {response}, step + ".abs"));
    }
    graph_.AddOperator("Add", magnitudes, output);
  }

  OnnxGraph graph_{"SeAFusion"};
  std::vector<std::string> names_;  // of each node's output
};

}  // namespace

StatusOr<std::vector<std::uint8_t>> ExportOnnx(const TensorArchive& weights) {
  SEAFUSION_RETURN_IF_ERROR(CheckFusionWeights(weights));
  try {
    return GraphWriter().Write(weights);
  } catch (const std::bad_alloc&) {
    return ResourceExhausted("no memory to write the network");
  }
}

}  // namespace seafusion::model
