// The largest values that the network's products meet on real pictures: what 16-bit integers are
// scaled by. Measured once (seafusion calibrate), stored in the metadata of the weights' file.
#ifndef SEAFUSION_NN_WINOGRAD_RANGES_H_
#define SEAFUSION_NN_WINOGRAD_RANGES_H_

#include <array>
#include <string_view>
#include <vector>

#include <seafusion/status.h>

#include "model/safetensors.h"
#include "nn/winograd/kernels/kernels.h"

namespace seafusion::nn::winograd {

/// Products over transformed tiles, by Conv::index. "conv2" is its share from conv1.
inline constexpr std::string_view kConvNames[] = {"vis_rgbd1.dense.conv1",
                                                  "vis_rgbd1.dense.conv2",
                                                  "vis_rgbd2.dense.conv1",
                                                  "vis_rgbd2.dense.conv2",
                                                  "inf_rgbd1.dense.conv1",
                                                  "inf_rgbd1.dense.conv2",
                                                  "inf_rgbd2.dense.conv1",
                                                  "inf_rgbd2.dense.conv2",
                                                  "decode4",
                                                  "decode3",
                                                  "decode2"};
/// 1x1 tails, by DenseBlock::index.
inline constexpr std::string_view kTailNames[] = {"vis_rgbd1.convup", "vis_rgbd2.convup",
                                                  "inf_rgbd1.convup", "inf_rgbd2.convup"};

/// Largest magnitudes.
struct Ranges {
  using Spectrum = std::array<float, kFrequencies>;

  /// For each product and each of its input blocks: for each frequency.
  std::array<std::vector<Spectrum>, std::size(kConvNames)> spectra;
  /// For each tail: for each of its input blocks.
  std::array<std::vector<float>, std::size(kTailNames)> tails;

  /// All zero, in the network's shape.
  Ranges();
  /// The larger of both, everywhere.
  void Merge(const Ranges& other);
};

/// Writes them to the archive's metadata, with a hash of its tensors.
void StoreRanges(const Ranges& ranges, model::TensorArchive& archive);

/// kNotFound when the archive holds none; kCorruptData when they are broken, of another network's
/// shape, or were made for other weights.
StatusOr<Ranges> LoadRanges(const model::TensorArchive& archive);

}  // namespace seafusion::nn::winograd

#endif  // SEAFUSION_NN_WINOGRAD_RANGES_H_
