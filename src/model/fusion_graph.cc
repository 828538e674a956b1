#include "model/fusion_graph.h"

#include "model/tensor_check.h"

namespace seafusion::model {
namespace {

constexpr float kSlope = 0.2f;
constexpr float kGrdbSlope = 0.1f;  // after the sum that ends a gradient residual dense block

class GraphBuilder {
 public:
  int Input(std::string name) {
    return Push({.name = std::move(name), .op = Op::kInput, .channels = 1});
  }

  int Conv(const std::string& name, std::vector<int> inputs, int channels, int kernel,
           Activation activation, float slope = 0.0f, int add = -1) {
    return Push({.name = name,
                 .op = Op::kConv,
                 .inputs = std::move(inputs),
                 .add = add,
                 .channels = channels,
                 .kernel = kernel,
                 .activation = activation,
                 .slope = slope,
                 .weights = {name + ".conv.weight", name + ".conv.bias"}});
  }

  // Gradient residual dense block: a dense stream and a gradient stream, summed.
  int GradientResidualDenseBlock(const std::string& name, int x, int channels) {
    const int c = nodes_[x].channels;
    const int a = Conv(name + ".dense.conv1", {x}, c, 3, Activation::kLeakyRelu, kSlope);
    const int b = Conv(name + ".dense.conv2", {x, a}, c, 3, Activation::kLeakyRelu, kSlope);
    const int dense = Conv(name + ".convdown", {x, a, b}, channels, 1, Activation::kNone);
    const std::string sobel = name + ".sobelconv";
    const int gradient = Push({.name = sobel,
                               .op = Op::kGradient,
                               .inputs = {x},
                               .channels = c,
                               .kernel = 3,
                               .weights = {sobel + ".convx.weight", sobel + ".convy.weight"}});
    return Conv(name + ".convup", {gradient}, channels, 1, Activation::kLeakyRelu, kGrdbSlope,
                dense);
  }

  int Encoder(const std::string& prefix) {
    const int input = Input(prefix);
    const int first = Conv(prefix + "_conv", {input}, 16, 3, Activation::kLeakyRelu, kSlope);
    const int block1 = GradientResidualDenseBlock(prefix + "_rgbd1", first, 32);
    return GradientResidualDenseBlock(prefix + "_rgbd2", block1, 48);
  }

  std::vector<Node> Take() { return std::move(nodes_); }

 private:
  int Push(Node node) {
    nodes_.push_back(std::move(node));
    return static_cast<int>(nodes_.size()) - 1;
  }
  std::vector<Node> nodes_;
};

std::vector<Node> BuildFusionGraph() {
  GraphBuilder b;
  const int vis = b.Encoder("vis");
  const int inf = b.Encoder("inf");
  const int d4 = b.Conv("decode4", {vis, inf}, 64, 3, Activation::kLeakyRelu, kSlope);
  const int d3 = b.Conv("decode3", {d4}, 32, 3, Activation::kLeakyRelu, kSlope);
  const int d2 = b.Conv("decode2", {d3}, 16, 3, Activation::kLeakyRelu, kSlope);
  b.Conv("decode1", {d2}, 1, 3, Activation::kTanh01);
  return b.Take();
}

std::vector<TensorSpec> BuildFusionTensors() {
  std::vector<TensorSpec> specs;
  const std::vector<Node>& graph = FusionGraph();
  for (const Node& node : graph) {
    const std::int64_t k = node.kernel;
    if (node.op == Op::kConv) {
      specs.push_back({node.weights[0], {node.channels, InputChannels(graph, node), k, k}});
      specs.push_back({node.weights[1], {node.channels}});
    } else if (node.op == Op::kGradient) {
      for (const std::string& w : node.weights) specs.push_back({w, {node.channels, 1, k, k}});
    }
  }
  return specs;
}

}  // namespace

const std::vector<Node>& FusionGraph() {
  static const std::vector<Node> graph = BuildFusionGraph();
  return graph;
}

int InputChannels(std::span<const Node> graph, const Node& node) {
  int n = 0;
  for (int i : node.inputs) n += graph[i].channels;
  return n;
}

const std::vector<TensorSpec>& FusionTensors() {
  static const std::vector<TensorSpec> specs = BuildFusionTensors();
  return specs;
}

Status CheckFusionWeights(const TensorArchive& archive) {
  return CheckTensors(archive, FusionTensors(), "the fusion network");
}

}  // namespace seafusion::model
