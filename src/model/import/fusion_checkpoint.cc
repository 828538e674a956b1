#include "model/import/fusion_checkpoint.h"

#include <algorithm>
#include <array>
#include <string>
#include <string_view>

#include "core/status_macros.h"
#include "core/text/printable.h"
#include "model/graph/fusion_graph.h"

namespace seafusion::model {
namespace {

constexpr std::string_view kDataParallelPrefix = "module.";

bool IsUnusedBatchNorm(std::string_view name) {
  static constexpr std::array<std::string_view, 4> kLayers = {"decode1.bn.", "decode2.bn.",
                                                              "decode3.bn.", "decode4.bn."};
  static constexpr std::array<std::string_view, 5> kTensors = {
      "weight", "bias", "running_mean", "running_var", "num_batches_tracked"};
  return std::any_of(kLayers.begin(), kLayers.end(), [&](std::string_view layer) {
    return name.starts_with(layer) &&
           std::find(kTensors.begin(), kTensors.end(), name.substr(layer.size())) != kTensors.end();
  });
}

}  // namespace

StatusOr<FusionCheckpoint> ImportFusionCheckpoint(const TorchCheckpoint& checkpoint) {
  if (!checkpoint.other_entries.empty()) {
    return InvalidArgument("entry " + Printable(checkpoint.other_entries.front()) +
                           " is not a tensor of the fusion network");
  }
  const bool prefixed =
      std::all_of(checkpoint.tensors.begin(), checkpoint.tensors.end(),
                  [](const TorchTensor& t) { return t.name.starts_with(kDataParallelPrefix); });
  FusionCheckpoint result;
  for (const TorchTensor& t : checkpoint.tensors) {
    const std::string name = prefixed ? t.name.substr(kDataParallelPrefix.size()) : t.name;
    if (IsUnusedBatchNorm(name)) {
      ++result.dropped;
      continue;
    }
    if (!t.has_values()) {
      return InvalidArgument("tensor " + Printable(name) + " is " +
                             std::string(TorchDtypeName(t.dtype)) + ", not a floating-point type");
    }
    SEAFUSION_RETURN_IF_ERROR(CheckFinite(name, t.tensor));
    result.archive.tensors[name] = t.tensor;
  }
  SEAFUSION_RETURN_IF_ERROR(CheckFusionWeights(result.archive));
  return result;
}

}  // namespace seafusion::model
