#include "nn/direct/equalise.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <vector>

namespace seafusion::nn::direct {
namespace {

// Channels that hardly ever speak, or are hardly read, must not become the measure of the others.
constexpr double kLeastShare = 1.0 / 64;

void RaiseToShare(std::vector<double>& sizes) {
  const double least = kLeastShare * *std::max_element(sizes.begin(), sizes.end());
  for (double& size : sizes) size = std::max({size, least, 1e-30});
}

// What to divide the outputs of a layer by: (their size)^(5/8) / (size of the weights that read
// them)^(3/8). Of the exponents tried these lost least on RoadScene, where errors are largest.
std::vector<double> FactorsOf(const std::vector<Range>& ranges, const Layer& reader) {
  std::vector<double> sizes, weights(ranges.size());
  for (const Range& range : ranges) sizes.push_back(double{range.hi} - range.lo);
  for (std::size_t i = 0; i < reader.weights.size(); ++i) {
    double& most = weights[i / 9 % ranges.size()];
    most = std::max(most, std::abs(double{reader.weights[i]}));
  }
  RaiseToShare(sizes);
  RaiseToShare(weights);
  std::vector<double> factors;
  for (std::size_t c = 0; c < ranges.size(); ++c) {
    const double size = std::sqrt(sizes[c]), weight = std::sqrt(std::sqrt(weights[c]));
    factors.push_back(size * std::sqrt(std::sqrt(size)) / (weight * std::sqrt(weight)));
  }
  return factors;
}

void DivideOutputs(Layer& layer, const std::vector<double>& factors) {
  const std::size_t per_output = static_cast<std::size_t>(layer.ins) * 9;
  for (std::size_t o = 0; o < factors.size(); ++o) {
    for (std::size_t i = 0; i < per_output; ++i) {
      float& w = layer.weights[o * per_output + i];
      w = static_cast<float>(w / factors[o]);
    }
    layer.bias[o] = static_cast<float>(layer.bias[o] / factors[o]);
  }
}

void MultiplyInputs(Layer& layer, const std::vector<double>& factors) {
  for (std::size_t i = 0; i < layer.weights.size(); ++i) {
    layer.weights[i] = static_cast<float>(layer.weights[i] * factors[i / 9 % factors.size()]);
  }
}

// Returns the factors of the first layer.
std::vector<double> Equalise(const ActivationRanges& ranges, std::vector<Layer>& layers,
                             EqualisedChain& to) {
  std::vector<double> first;
  for (std::size_t l = 0; l + 1 < layers.size(); ++l) {
    const std::vector<Range>& channels = ranges.find(layers[l].name)->second;
    const std::vector<double> factors = FactorsOf(channels, layers[l + 1]);
    DivideOutputs(layers[l], factors);
    MultiplyInputs(layers[l + 1], factors);
    Range& all = to.ranges[layers[l].name];
    for (std::size_t c = 0; c < factors.size(); ++c) {
      all.lo = std::min(all.lo, static_cast<float>(channels[c].lo / factors[c]));
      all.hi = std::max(all.hi, static_cast<float>(channels[c].hi / factors[c]));
    }
    if (l == 0) first = factors;
  }
  return first;
}

}  // namespace

EqualisedChain EqualiseChannels(const Chain& chain, const ActivationRanges& ranges) {
  EqualisedChain to = {.chain = chain, .ranges = {}};
  const std::vector<double> first = Equalise(ranges, to.chain.layers, to);
  for (CoarsePath& path : to.chain.coarse) {
    Equalise(ranges, path.layers, to);
    // Enlarged, they are added to the first layer's sums.
    DivideOutputs(path.layers.back(), first);
  }
  return to;
}

}  // namespace seafusion::nn::direct
