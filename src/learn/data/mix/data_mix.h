// Several data sets at once, each with its share of the samples.
#ifndef SEAFUSION_LEARN_DATA_MIX_DATA_MIX_H_
#define SEAFUSION_LEARN_DATA_MIX_DATA_MIX_H_

#include <cstdint>
#include <string>
#include <vector>

#include <seafusion/status.h>
#include <torch/types.h>

#include "learn/data/mix/camera_variation.h"
#include "learn/data/mix/mix_part.h"
#include "learn/data/pair_dataset.h"

namespace seafusion::learn {

/// What a crop of a mix is drawn by.
struct MixCrops {
  int side = 128;             ///< Even.
  bool flips = true;          ///< In x and in y, each of every second crop.
  double border_share = 0.0;  ///< Of the crops that are moved to one of their picture's borders.
  /// Pixels along a crop's sides that do not count, unless the side is the picture's own border (a
  /// crop's border is not one, though a network pads there). A border at which the picture's side
  /// is odd never counts: networks at half resolution pad there, which a crop cannot show.
  int margin = 0;
  CameraVariation variation;  ///< Off: pictures as they are.
};

/// float, (N, 1, side, side).
struct MixBatch {
  torch::Tensor vis, inf;  ///< 0..1, what a loss asks for.
  /// What a network sees: the same tensors, or with noise copies of them.
  torch::Tensor seen_vis, seen_inf;
  torch::Tensor counted;  ///< 1 where a loss counts, else 0.
};

/// Immutable after Load; thread-safe.
class DataMix {
 public:
  /// Loads each part as PairDataset::Load does. kInvalidArgument without a part.
  static StatusOr<DataMix> Load(const std::vector<MixPart>& parts, const std::string& split,
                                int threads, const PairPlacing& placing = {});

  /// From sets in memory, for tests; as many weights, all above 0.
  static DataMix FromSets(std::vector<PairDataset> sets, const std::vector<double>& weights);

  /// kInvalidArgument, naming it, when a picture is smaller than `side` in x or y.
  Status CheckCrop(int side) const;

  std::size_t pairs() const;
  const std::vector<PairDataset>& sets() const { return sets_; }

  /// Crops for samples [first, first + count) of the endless sequence: the set is drawn by its
  /// weight, the picture in it uniformly, then place and flips. All of it depends on `seed` and the
  /// sample's number only; what varies does not change the rest.
  MixBatch Crops(std::uint64_t first, int count, const MixCrops& how, std::uint64_t seed) const;

 private:
  std::vector<std::string> paths_;  // of the sets, for messages
  std::vector<PairDataset> sets_;
  std::vector<double> upto_;  // summed weights over their total
};

}  // namespace seafusion::learn

#endif  // SEAFUSION_LEARN_DATA_MIX_DATA_MIX_H_
