#include "model/graph/lite_graph.h"

#include <string>
#include <utility>
#include <vector>

#include "model/graph/graph_builder.h"

namespace seafusion::model {
namespace {

constexpr int kCoarseFactors[] = {4, 16};
constexpr int kCoarseLayers = 3;
constexpr int kMaps = 3;  // of the blend

class LiteBuilder : public GraphBuilder {
 public:
  int Conv(const std::string& name, int input, int channels, bool active, Border border,
           std::vector<int> add = {}) {
    return Push({.name = name,
                 .op = Op::kConv,
                 .inputs = {input},
                 .add = std::move(add),
                 .channels = channels,
                 .kernel = 3,
                 .border = border,
                 .activation = active ? Activation::kLeakyRelu : Activation::kNone,
                 .slope = active ? kLiteSlope : 0.0f,
                 .weights = {name + ".weight", name + ".bias"}});
  }

  int CoarsePath(int phases, int factor, int channels) {
    const std::string name = "coarse" + std::to_string(factor);
    int x = AveragePool(name + ".mean", phases, factor);
    for (int layer = 1; layer <= kCoarseLayers; ++layer) {
      x = Conv(name + ".conv" + std::to_string(layer), x, channels, layer < kCoarseLayers,
               Border::kRepeat);
    }
    return Enlarge(name, x, factor);
  }
};

}  // namespace

Graph LiteGraph(const LiteParameters& parameters) {
  LiteBuilder b;
  const int inf = b.Input(kInfraredInput);
  const int vis = b.Input(kVisibleInput);
  const int phases = b.SpaceToDepth("phases", {inf, vis});
  std::vector<int> coarse;
  if (parameters.coarse) {
    for (const int factor : kCoarseFactors) {
      coarse.push_back(b.CoarsePath(phases, factor, parameters.channels));
    }
  }
  int x = phases;
  for (int layer = 1; layer <= parameters.layers; ++layer) {
    const bool last = layer == parameters.layers;
    x = b.Conv("conv" + std::to_string(layer), x, last ? 4 * kMaps : parameters.channels, !last,
               Border::kZero, layer == 1 ? std::exchange(coarse, {}) : std::vector<int>{});
  }
  const int maps = b.DepthToSpace("maps", x);
  b.Push({.name = "fused",
          .op = Op::kBlend,
          .inputs = {maps, inf, vis},
          .channels = 1,
          .activation = Activation::kClamp01});
  return b.Take();
}

}  // namespace seafusion::model
