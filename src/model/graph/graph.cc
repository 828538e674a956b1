#include "model/graph/graph.h"

#include <algorithm>
#include <cstddef>

namespace seafusion::model {
namespace {

const Node& At(std::span<const Node> graph, int index) {
  return graph[static_cast<std::size_t>(index)];
}

}  // namespace

int InputChannels(std::span<const Node> graph, const Node& node) {
  int n = 0;
  for (const int i : node.inputs) n += At(graph, i).channels;
  return n;
}

std::vector<bool> WholePictureNodes(std::span<const Node> graph) {
  std::vector<bool> whole(graph.size(), false);
  for (std::size_t n = 0; n < graph.size(); ++n) {
    const Node& node = graph[n];
    if (node.op == Op::kEnlarge) continue;
    whole[n] = node.op == Op::kAveragePool;
    for (const int i : node.inputs) whole[n] = whole[n] || whole[static_cast<std::size_t>(i)];
  }
  return whole;
}

int Halo(std::span<const Node> graph) {
  const std::vector<bool> whole = WholePictureNodes(graph);
  // In each node's own samples.
  std::vector<int> margin(graph.size(), 0);
  int halo = 0;
  for (std::size_t n = graph.size(); n-- > 0;) {
    const Node& node = graph[n];
    if (whole[n] || node.op == Op::kEnlarge) continue;
    int needed = margin[n] + node.kernel / 2;
    if (node.op == Op::kSpaceToDepth) needed = margin[n] * node.factor;
    if (node.op == Op::kDepthToSpace) needed = (margin[n] + node.factor - 1) / node.factor;
    for (const int i : node.inputs) {
      int& m = margin[static_cast<std::size_t>(i)];
      m = std::max(m, needed);
    }
    for (const int i : node.add) {
      int& m = margin[static_cast<std::size_t>(i)];
      m = std::max(m, margin[n]);
    }
    if (node.op == Op::kInput) halo = std::max(halo, margin[n]);
  }
  return halo;
}

int TileStep(std::span<const Node> graph) {
  const std::vector<bool> whole = WholePictureNodes(graph);
  int step = 1;
  for (std::size_t n = 0; n < graph.size(); ++n) {
    if (!whole[n]) step = std::max(step, graph[n].scale);
  }
  return step;
}

int PictureBlock(std::span<const Node> graph) {
  int block = 0;
  for (const Node& node : graph) {
    if (node.op == Op::kAveragePool) block = std::max(block, node.scale);
  }
  return block;
}

double MultiplyAddsPerPixel(std::span<const Node> graph) {
  double sum = 0;
  for (const Node& node : graph) {
    const double taps = static_cast<double>(node.kernel) * node.kernel;
    const double samples = 1.0 / (static_cast<double>(node.scale) * node.scale);  // a pixel
    if (node.op == Op::kConv) sum += node.channels * InputChannels(graph, node) * taps * samples;
    if (node.op == Op::kGradient) sum += 2 * node.channels * taps * samples;
  }
  return sum;
}

std::vector<TensorSpec> TensorsOf(std::span<const Node> graph) {
  std::vector<TensorSpec> specs;
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

}  // namespace seafusion::model
