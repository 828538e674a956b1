// A chain's weights as the kernels want them, for each type of activations.
#ifndef SEAFUSION_NN_DIRECT_WEIGHTS_H_
#define SEAFUSION_NN_DIRECT_WEIGHTS_H_

#include <cstdint>
#include <vector>

#include "nn/buffer.h"
#include "nn/direct/activation_ranges.h"
#include "nn/direct/chain.h"
#include "nn/direct/kernels/kernels.h"

namespace seafusion::nn::direct {

template <typename T>
struct LayerWeights {
  int ins = 0, outs = 0;
  int in_words = 0, out_blocks = 0;
  Buffer<WeightOf<T>> values;
  Buffer<float> rescale, bias;  ///< 16 out_blocks; `rescale` of integers.
  Activation activation;
  bool reads_pairs = false;  ///< ConvKernels::to_pairs
  T zero{};                  ///< What stands for 0 among the activations that it reads.
  std::string name;
};

template <typename T>
struct CoarseWeights {
  int factor = 0;
  std::vector<LayerWeights<T>> layers;
};

template <typename T>
struct Weights {
  std::vector<LayerWeights<T>> layers;
  std::vector<CoarseWeights<T>> coarse;
  /// What 1 is among the phases; floats and bfloat16: unused.
  float phase_scale = 1.0f;
};

/// How many steps integers have.
struct IntegerRule {
  float most;         ///< Activations are 0..most.
  float most_weight;  ///< Weights are -most_weight..most_weight.
  float headroom;     ///< Activations up to this many times their ranges are told apart.
};
inline constexpr IntegerRule kInt8 = {255.0f, 127.0f, 1.0f};
inline constexpr IntegerRule kInt16 = {4095.0f, 32767.0f, 2.0f};

/// float or Bf16. The last layer's outputs come in the order that Kernels::blend reads, with 1/2
/// added to a and b. Throws std::bad_alloc.
template <typename T>
Weights<T> PackWeights(const Chain& chain, const ConvKernels<T>& kernels);

/// std::int16_t, or std::uint8_t with kInt8: activations cover their ranges, weights have a scale
/// for each output. No sum leaves 32 bits. Throws std::bad_alloc.
template <typename T>
Weights<T> QuantiseWeights(const Chain& chain, const ActivationRanges& ranges,
                           const IntegerRule& rule, const ConvKernels<T>& kernels);

}  // namespace seafusion::nn::direct

#endif  // SEAFUSION_NN_DIRECT_WEIGHTS_H_
