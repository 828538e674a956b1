// A data mix as users write it. Without LibTorch.
#ifndef SEAFUSION_LEARN_DATA_MIX_MIX_PART_H_
#define SEAFUSION_LEARN_DATA_MIX_MIX_PART_H_

#include <string>
#include <vector>

#include <seafusion/status.h>

namespace seafusion::learn {

/// A data set and its share of the samples, in proportion to the others'.
struct MixPart {
  std::string path;  ///< Folder of pairs or pack, see PairDataset::Load.
  double weight = 1.0;
  bool operator==(const MixPart&) const = default;
};

/// "PATH" or "PATH:WEIGHT" (the text behind the last colon, where that is a number); or the path of
/// a JSON file (ending in .json) that is an object of PATH: WEIGHT, paths relative to its folder.
/// Fails with kInvalidArgument, naming the text, for weights that are not above 0 and at most 1e6.
StatusOr<std::vector<MixPart>> ParseMix(const std::vector<std::string>& texts);

/// The mix as a JSON object, for a run's settings.
std::string MixToJson(const std::vector<MixPart>& parts);

}  // namespace seafusion::learn

#endif  // SEAFUSION_LEARN_DATA_MIX_MIX_PART_H_
