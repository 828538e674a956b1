#include "model/graph/fusion_graph.h"

#include <string>
#include <utility>

#include "model/graph/graph_builder.h"
#include "model/weights/tensor_check.h"

namespace seafusion::model {
namespace {

constexpr float kSlope = 0.2f;
constexpr float kGrdbSlope = 0.1f;  // after the sum that ends a gradient residual dense block

class FusionBuilder : public GraphBuilder {
 public:
  int Conv(const std::string& name, std::vector<int> inputs, int channels, int kernel,
           Activation activation, float slope = 0.0f, std::vector<int> add = {}) {
    return Push({.name = name,
                 .op = Op::kConv,
                 .inputs = std::move(inputs),
                 .add = std::move(add),
                 .channels = channels,
                 .kernel = kernel,
                 .activation = activation,
                 .slope = slope,
                 .weights = {name + ".conv.weight", name + ".conv.bias"}});
  }

  // Gradient residual dense block: a dense stream and a gradient stream, summed.
  int GradientResidualDenseBlock(const std::string& name, int x, int channels) {
    const int c = Channels(x);
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
                {dense});
  }

  int Encoder(std::string_view input) {
    const std::string prefix(input);
    const int plane = Input(input);
    const int first = Conv(prefix + "_conv", {plane}, 16, 3, Activation::kLeakyRelu, kSlope);
    const int block1 = GradientResidualDenseBlock(prefix + "_rgbd1", first, 32);
    return GradientResidualDenseBlock(prefix + "_rgbd2", block1, 48);
  }
};

Graph BuildFusionGraph() {
  FusionBuilder b;
  const int vis = b.Encoder(kVisibleInput);
  const int inf = b.Encoder(kInfraredInput);
  const int d4 = b.Conv("decode4", {vis, inf}, 64, 3, Activation::kLeakyRelu, kSlope);
  const int d3 = b.Conv("decode3", {d4}, 32, 3, Activation::kLeakyRelu, kSlope);
  const int d2 = b.Conv("decode2", {d3}, 16, 3, Activation::kLeakyRelu, kSlope);
  b.Conv("decode1", {d2}, 1, 3, Activation::kTanh01);
  return b.Take();
}

}  // namespace

const Graph& FusionGraph() {
  static const Graph graph = BuildFusionGraph();
  return graph;
}

const std::vector<TensorSpec>& FusionTensors() {
  static const std::vector<TensorSpec> specs = TensorsOf(FusionGraph());
  return specs;
}

Status CheckFusionWeights(const TensorArchive& archive) {
  return CheckTensors(archive, FusionTensors(), "the fusion network");
}

}  // namespace seafusion::model
