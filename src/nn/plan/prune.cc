#include "nn/plan/prune.h"

#include <algorithm>
#include <cstddef>
#include <string>
#include <utility>
#include <vector>

namespace seafusion::nn::plan {
namespace {

using model::Graph;
using model::Node;

bool AddsNothing(const Node& node, const model::TensorArchive& weights) {
  return std::all_of(node.weights.begin(), node.weights.end(), [&](const std::string& name) {
    const std::vector<float>& values = weights.tensors.at(name).values;
    return std::all_of(values.begin(), values.end(), [](float v) { return v == 0.0f; });
  });
}

// How many nodes read each.
std::vector<int> Readers(const Graph& graph) {
  std::vector<int> readers(graph.size());
  for (const Node& node : graph) {
    for (const int i : node.inputs) ++readers[static_cast<std::size_t>(i)];
    for (const int i : node.add) ++readers[static_cast<std::size_t>(i)];
  }
  return readers;
}

}  // namespace

Graph Pruned(const Graph& graph, const model::TensorArchive& weights) {
  Graph all = graph;
  // Which node stands for each.
  std::vector<int> stands(all.size());
  const std::vector<int> readers = Readers(all);
  for (std::size_t n = 0; n < all.size(); ++n) {
    Node& node = all[n];
    stands[n] = static_cast<int>(n);
    for (int& i : node.inputs) i = stands[static_cast<std::size_t>(i)];
    for (int& i : node.add) i = stands[static_cast<std::size_t>(i)];
    if (node.op != model::Op::kConv || node.add.size() != 1 || !AddsNothing(node, weights)) {
      continue;
    }
    Node& added = all[static_cast<std::size_t>(node.add[0])];
    if (added.op != model::Op::kConv || added.activation != model::Activation::kNone ||
        readers[static_cast<std::size_t>(node.add[0])] != 1) {
      continue;
    }
    added.activation = node.activation;
    added.slope = node.slope;
    stands[n] = node.add[0];
  }
  // What the result does not rest on falls away.
  std::vector<bool> needed(all.size(), false);
  needed[static_cast<std::size_t>(stands.back())] = true;
  for (std::size_t n = all.size(); n-- > 0;) {
    if (!needed[n]) continue;
    for (const int i : all[n].inputs) needed[static_cast<std::size_t>(i)] = true;
    for (const int i : all[n].add) needed[static_cast<std::size_t>(i)] = true;
  }
  Graph kept;
  std::vector<int> index(all.size(), -1);
  for (std::size_t n = 0; n < all.size(); ++n) {
    if (!needed[n]) continue;
    index[n] = static_cast<int>(kept.size());
    for (int& i : all[n].inputs) i = index[static_cast<std::size_t>(i)];
    for (int& i : all[n].add) i = index[static_cast<std::size_t>(i)];
    kept.push_back(std::move(all[n]));
  }
  return kept;
}

}  // namespace seafusion::nn::plan
