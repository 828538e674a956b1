// Which fusion network a weights file holds.
#ifndef SEAFUSION_MODEL_GRAPH_NETWORK_H_
#define SEAFUSION_MODEL_GRAPH_NETWORK_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <seafusion/status.h>

#include "model/graph/graph.h"
#include "model/graph/lite_graph.h"
#include "model/weights/safetensors.h"

namespace seafusion::model {

/// Key of a safetensors file's metadata that names its network, and the names. A file without the
/// key holds SeAFusion: the published format.
inline constexpr std::string_view kNetworkKey = "network";
inline constexpr std::string_view kSeAFusionName = "seafusion";
inline constexpr std::string_view kLiteName = "lite";

/// A fusion network without its weights.
struct Network {
  std::string name;  ///< kSeAFusionName or kLiteName.
  Graph graph;
  std::vector<TensorSpec> tensors;     ///< TensorsOf(graph).
  std::optional<LiteParameters> lite;  ///< For kLiteName.

  /// Parameters in all tensors.
  std::int64_t ParameterCount() const;

  /// Checks that the archive holds exactly `tensors`. kInvalidArgument with the first tensor that
  /// is missing, of another shape (with both shapes), or does not belong.
  Status CheckWeights(const TensorArchive& archive) const;
};

Network SeAFusionNetwork();

/// kInvalidArgument when a parameter is out of its range.
StatusOr<Network> LiteNetwork(const LiteParameters& parameters);

/// Whose weights these are where they are of no network that fuses here: "segmentation", or the
/// other method that `convert` wrote into them; else empty.
std::string OtherNetworkOf(const TensorArchive& archive);

/// The network an archive is for, by its metadata and the shapes of its tensors, all of which are
/// checked. The one place where that is decided. kInvalidArgument: a name this version does not
/// know, or tensors that do not fit.
StatusOr<Network> IdentifyNetwork(const TensorArchive& archive);

}  // namespace seafusion::model

#endif  // SEAFUSION_MODEL_GRAPH_NETWORK_H_
