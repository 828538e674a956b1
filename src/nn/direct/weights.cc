#include "nn/direct/weights.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <type_traits>

#include "nn/direct/equalise.h"

namespace seafusion::nn::direct {
namespace {

// Integers of one map: value = (integer - zero) * step.
struct Steps {
  float step = 1.0f;
  float zero = 0.0f;
};

Steps StepsOf(const Range& range, const IntegerRule& rule) {
  // A layer that is silent on all pictures must not divide by zero.
  const float step = std::max(range.hi - range.lo, 1e-6f) * rule.headroom / rule.most;
  return {step, std::clamp(std::nearbyint(-range.lo * rule.headroom / step), 0.0f, rule.most)};
}

// Where the last layer's channel 4 m + 2 dy + dx goes, of the maps a, b and r.
int BlendLane(int channel) {
  return channel / 2 % 2 * 8 + channel / 4 * 2 + channel % 2;
}

// Which output is computed in a lane; -1: none.
int OutputOfLane(const Layer& layer, bool last, int lane) {
  if (!last) return lane < layer.outs ? lane : -1;
  for (int c = 0; c < kMaps; ++c) {
    if (BlendLane(c) == lane) return c;
  }
  return -1;
}

template <typename T>
WeightOf<T> Convert(float v) {
  if constexpr (std::is_same_v<T, Bf16>) {
    const auto bits = std::bit_cast<std::uint32_t>(v);
    return static_cast<Bf16>((bits + 0x7fff + (bits >> 16 & 1)) >> 16);
  } else {
    return static_cast<WeightOf<T>>(v);  // integers have been rounded
  }
}

template <typename T>
LayerWeights<T> EmptyLayer(const Layer& layer, bool last) {
  LayerWeights<T> to;
  to.name = layer.name;
  to.ins = layer.ins;
  to.outs = layer.outs;
  to.in_words = (layer.ins + kDepth<T> - 1) / kDepth<T>;
  to.out_blocks = last ? 1 : (layer.outs + kBlock - 1) / kBlock;
  const std::size_t lanes = static_cast<std::size_t>(to.out_blocks) * kBlock;
  to.values = Buffer<WeightOf<T>>(9 * to.in_words * kDepth<T> * lanes);
  to.bias = Buffer<float>(lanes);
  to.rescale = Buffer<float>(lanes);
  to.activation.slope = layer.slope;
  return to;
}

// Calls place(lane, output) for the lanes that have an output, and puts its weights where they
// belong, as convert(output, weight) gives them.
template <typename T, typename Convert>
void FillValues(const Layer& layer, bool last, LayerWeights<T>& to, const Convert& convert) {
  for (int lane = 0; lane < to.out_blocks * kBlock; ++lane) {
    const int o = OutputOfLane(layer, last, lane);
    if (o < 0) continue;
    for (int c = 0; c < layer.ins; ++c) {
      for (int tap = 0; tap < 9; ++tap) {
        const int y = tap / 3, x = tap % 3;
        const std::ptrdiff_t word =
            ((std::ptrdiff_t{lane / kBlock} * 3 + y) * to.in_words + c / kDepth<T>)*3 + x;
        to.values.data()[(word * kBlock + lane % kBlock) * kDepth<T> + c % kDepth<T>] =
            convert(o, layer.weights[(static_cast<std::size_t>(o) * layer.ins + c) * 9 + tap]);
      }
    }
  }
}

float BiasOf(const Layer& layer, bool last, int o) {
  // The blend adds 1/2 to the maps a and b.
  return layer.bias[o] + (last && o < 8 ? 0.5f : 0.0f);
}

// Into the order that the kernels read. `first`: it reads phases.
template <typename T>
void Arrange(const ConvKernels<T>& kernels, bool first, LayerWeights<T>& layer) {
  layer.reads_pairs = kernels.to_pairs != nullptr;
  if (kernels.arrange == nullptr) return;
  layer.values = kernels.arrange(layer.values.data(), layer.in_words, first ? kPhases : kBlock,
                                 layer.out_blocks);
}

template <typename T>
LayerWeights<T> PackLayer(const Layer& layer, bool last) {
  LayerWeights<T> to = EmptyLayer<T>(layer, last);
  FillValues(layer, last, to, [](int, float w) { return Convert<T>(w); });
  for (int lane = 0; lane < to.out_blocks * kBlock; ++lane) {
    const int o = OutputOfLane(layer, last, lane);
    if (o >= 0) to.bias.data()[lane] = BiasOf(layer, last, o);
  }
  return to;
}

template <typename T>
LayerWeights<T> QuantiseLayer(const Layer& layer, bool last, const Steps& in, const Steps& out,
                              const IntegerRule& rule) {
  LayerWeights<T> to = EmptyLayer<T>(layer, last);
  const std::size_t per_output = static_cast<std::size_t>(layer.ins) * 9;
  // Rounding may add half a step to each weight.
  const double most_sum = 2147483647.0 / rule.most - 0.5 * static_cast<double>(per_output);
  std::vector<float> steps(layer.outs);
  std::vector<double> sums(layer.outs), magnitudes(layer.outs);
  for (int o = 0; o < layer.outs; ++o) {
    const float* w = layer.weights.data() + o * per_output;
    double most = 0.0, sum = 0.0;
    for (std::size_t i = 0; i < per_output; ++i) {
      most = std::max(most, std::abs(double{w[i]}));
      sum += std::abs(double{w[i]});
    }
    const double step = std::max(most / rule.most_weight, sum / most_sum);
    steps[o] = std::max(static_cast<float>(step), 1e-30f);  // weights of 0 stay that
  }
  FillValues(layer, last, to, [&](int o, float w) {
    const float q = std::clamp(std::nearbyint(w / steps[o]), -rule.most_weight, rule.most_weight);
    sums[o] += q;
    magnitudes[o] += std::abs(q);
    return Convert<T>(q);
  });
  for (int lane = 0; lane < to.out_blocks * kBlock; ++lane) {
    const int o = OutputOfLane(layer, last, lane);
    if (o < 0) continue;
    // A range millions of times too narrow must not leave 32 bits.
    constexpr double kMostSteps = 5e8;
    const double most = std::max(magnitudes[o], 1.0) * rule.most;
    const double rescale = std::min(double{in.step} * steps[o] / out.step, kMostSteps / most);
    const double bias = double{BiasOf(layer, last, o)} / out.step;
    to.rescale.data()[lane] = static_cast<float>(rescale);
    // The zero point of what is read is in every product.
    to.bias.data()[lane] =
        static_cast<float>(std::clamp(bias, -kMostSteps, kMostSteps) - rescale * in.zero * sums[o]);
  }
  to.activation.zero_point = out.zero;
  to.activation.most = rule.most;
  to.zero = static_cast<T>(in.zero);
  return to;
}

template <typename T>
std::vector<LayerWeights<T>> QuantiseLayers(const std::vector<Layer>& layers, bool to_blend,
                                            const Steps& end, const EqualisedChain& chain,
                                            const IntegerRule& rule,
                                            const ConvKernels<T>& kernels) {
  std::vector<LayerWeights<T>> to;
  Steps in = {1.0f / rule.most, 0.0f};
  for (const Layer& layer : layers) {
    const bool last = &layer == &layers.back();
    const Steps out = last ? end : StepsOf(chain.ranges.find(layer.name)->second, rule);
    to.push_back(QuantiseLayer<T>(layer, last && to_blend, in, out, rule));
    Arrange(kernels, to.size() == 1, to.back());
    in = out;
  }
  return to;
}

template <typename T>
std::vector<LayerWeights<T>> PackLayers(const std::vector<Layer>& layers, bool to_blend,
                                        const ConvKernels<T>& kernels) {
  std::vector<LayerWeights<T>> to;
  for (const Layer& layer : layers) {
    to.push_back(PackLayer<T>(layer, to_blend && &layer == &layers.back()));
    Arrange(kernels, to.size() == 1, to.back());
  }
  return to;
}

}  // namespace

template <typename T>
Weights<T> PackWeights(const Chain& chain, const ConvKernels<T>& kernels) {
  Weights<T> weights;
  weights.layers = PackLayers(chain.layers, true, kernels);
  for (const CoarsePath& path : chain.coarse) {
    weights.coarse.push_back({path.factor, PackLayers(path.layers, false, kernels)});
  }
  return weights;
}
template Weights<float> PackWeights(const Chain&, const ConvKernels<float>&);
template Weights<Bf16> PackWeights(const Chain&, const ConvKernels<Bf16>&);

template <typename T>
Weights<T> QuantiseWeights(const Chain& chain, const ActivationRanges& ranges,
                           const IntegerRule& rule, const ConvKernels<T>& kernels) {
  const EqualisedChain equal = EqualiseChannels(chain, ranges);
  const std::vector<Layer>& layers = equal.chain.layers;
  Weights<T> weights;
  weights.phase_scale = rule.most;
  weights.layers = QuantiseLayers(layers, true, {1.0f, 0.0f}, equal, rule, kernels);
  // Enlarged, they are added to the first layer's sums, whose unit is a step of its activations.
  const Steps first = StepsOf(equal.ranges.find(layers.front().name)->second, rule);
  for (const CoarsePath& path : equal.chain.coarse) {
    weights.coarse.push_back({path.factor, QuantiseLayers(path.layers, false, {first.step, 0.0f},
                                                          equal, rule, kernels)});
  }
  return weights;
}
template Weights<std::int16_t> QuantiseWeights(const Chain&, const ActivationRanges&,
                                               const IntegerRule&,
                                               const ConvKernels<std::int16_t>&);
template Weights<std::uint8_t> QuantiseWeights(const Chain&, const ActivationRanges&,
                                               const IntegerRule&,
                                               const ConvKernels<std::uint8_t>&);

}  // namespace seafusion::nn::direct
