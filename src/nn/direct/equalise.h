// Makes the channels of a layer alike in size, since integers of a layer share one scale.
#ifndef SEAFUSION_NN_DIRECT_EQUALISE_H_
#define SEAFUSION_NN_DIRECT_EQUALISE_H_

#include <map>
#include <string>

#include "nn/direct/activation_ranges.h"
#include "nn/direct/chain.h"

namespace seafusion::nn::direct {

struct EqualisedChain {
  Chain chain;
  std::map<std::string, Range, std::less<>> ranges;  ///< Of a layer's channels together.
};

/// The same network but for rounding: each inner channel is divided by a factor, with which the
/// weights that read it are multiplied. A leaky ReLU lets positive factors through (Nagel et al.,
/// Data-Free Quantization through Weight Equalization and Bias Correction, 2019; here the sizes of
/// activations are known, and count for more than those of weights). Uses correctly rounded
/// operations alone: the same on every machine.
EqualisedChain EqualiseChannels(const Chain& chain, const ActivationRanges& ranges);

}  // namespace seafusion::nn::direct

#endif  // SEAFUSION_NN_DIRECT_EQUALISE_H_
