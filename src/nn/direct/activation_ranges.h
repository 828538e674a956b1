// The smallest and largest activations of each layer on real pictures: what integers are scaled by.
// Measured once (seafusion calibrate), stored in the metadata of the weights' file.
#ifndef SEAFUSION_NN_DIRECT_ACTIVATION_RANGES_H_
#define SEAFUSION_NN_DIRECT_ACTIVATION_RANGES_H_

#include <functional>
#include <map>
#include <span>
#include <string>
#include <vector>

#include <seafusion/status.h>

#include "model/weights/safetensors.h"
#include "nn/direct/chain.h"

namespace seafusion::nn::direct {

/// Always holds 0, which lies outside the picture.
struct Range {
  float lo = 0.0f, hi = 0.0f;
};

/// By the layer's name, for each of its channels; of all layers that another one reads.
using ActivationRanges = std::map<std::string, std::vector<Range>, std::less<>>;

/// All zero, for the layers of a chain.
ActivationRanges EmptyRanges(const Chain& chain);

/// For each channel, and lo and hi by themselves, what kMostPictures of the pictures stay within,
/// read linearly between two of them: a byte's step grows with the range, so that the few pictures
/// which go farthest would cost all others more than they win. One picture: its own ranges.
/// `pictures` is not empty, all are of one chain.
ActivationRanges RangesOfMost(std::span<const ActivationRanges> pictures);
inline constexpr double kMostPictures = 0.97;

/// Writes them to the archive's metadata, with a hash of its tensors.
void StoreRanges(const ActivationRanges& ranges, model::TensorArchive& archive);

/// kNotFound when the archive holds none; kCorruptData when they are broken, do not fit the chain,
/// or were made for other weights.
StatusOr<ActivationRanges> LoadRanges(const Chain& chain, const model::TensorArchive& archive);

}  // namespace seafusion::nn::direct

#endif  // SEAFUSION_NN_DIRECT_ACTIVATION_RANGES_H_
