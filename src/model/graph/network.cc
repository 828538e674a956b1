#include "model/graph/network.h"

#include <utility>

#include "core/status_macros.h"
#include "core/text/printable.h"
#include "model/graph/fusion_graph.h"
#include "model/methods/method_weights.h"

namespace seafusion::model {
namespace {

Network Named(std::string_view name, Graph graph) {
  Network network{.name = std::string(name), .graph = std::move(graph)};
  network.tensors = TensorsOf(network.graph);
  return network;
}

Status CheckInRange(std::string_view what, int value, int lowest, int highest) {
  if (value >= lowest && value <= highest) return OkStatus();
  return InvalidArgument("a lite network of " + std::to_string(value) + " " + std::string(what) +
                         "; it has " + std::to_string(lowest) + " to " + std::to_string(highest));
}

// The parameters that the tensors' names and the first one's shape speak of; whether all of them
// fit is checked afterwards.
StatusOr<LiteParameters> ReadLiteParameters(const TensorArchive& archive) {
  LiteParameters p;
  const auto first = archive.tensors.find("conv1.weight");
  if (first == archive.tensors.end()) return InvalidArgument("tensor conv1.weight is missing");
  if (first->second.shape.empty() || first->second.shape[0] > kMaxLiteChannels) {
    return InvalidArgument("tensor conv1.weight is " + ShapeName(first->second.shape) +
                           ", expected " + std::to_string(kMinLiteChannels) + " to " +
                           std::to_string(kMaxLiteChannels) + " times 8x3x3");
  }
  p.channels = static_cast<int>(first->second.shape[0]);
  p.layers = 1;
  while (p.layers <= kMaxLiteLayers &&
         archive.tensors.contains("conv" + std::to_string(p.layers + 1) + ".weight")) {
    ++p.layers;
  }
  p.coarse = archive.tensors.contains("coarse4.conv1.weight");
  return p;
}

}  // namespace

std::int64_t Network::ParameterCount() const {
  std::int64_t sum = 0;
  for (const TensorSpec& spec : tensors) {
    std::int64_t count = 1;
    for (const std::int64_t side : spec.shape) count *= side;
    sum += count;
  }
  return sum;
}

Status Network::CheckWeights(const TensorArchive& archive) const {
  return CheckTensors(archive, tensors,
                      name == kSeAFusionName ? "the fusion network" : "the lite network");
}

Network SeAFusionNetwork() {
  return Named(kSeAFusionName, FusionGraph());
}

StatusOr<Network> LiteNetwork(const LiteParameters& parameters) {
  SEAFUSION_RETURN_IF_ERROR(
      CheckInRange("channels", parameters.channels, kMinLiteChannels, kMaxLiteChannels));
  SEAFUSION_RETURN_IF_ERROR(
      CheckInRange("layers", parameters.layers, kMinLiteLayers, kMaxLiteLayers));
  Network network = Named(kLiteName, LiteGraph(parameters));
  network.lite = parameters;
  return network;
}

std::string OtherNetworkOf(const TensorArchive& archive) {
  if (archive.tensors.contains("cp.resnet.conv1.weight")) return "segmentation";
  const auto method = archive.metadata.find(std::string(kMethodKey));
  const bool other = method != archive.metadata.end() && method->second != kSeAFusionName;
  return other ? method->second : std::string();
}

StatusOr<Network> IdentifyNetwork(const TensorArchive& archive) {
  if (const std::string other = OtherNetworkOf(archive); !other.empty()) {
    return InvalidArgument("the weights are of " + Quoted(other) +
                           ", not of a fusion network of this project");
  }
  const auto key = archive.metadata.find(std::string(kNetworkKey));
  const std::string_view name = key == archive.metadata.end() ? kSeAFusionName : key->second;
  Network network;
  if (name == kSeAFusionName) {
    network = SeAFusionNetwork();
  } else if (name == kLiteName) {
    SEAFUSION_ASSIGN_OR_RETURN(const LiteParameters parameters, ReadLiteParameters(archive));
    SEAFUSION_ASSIGN_OR_RETURN(network, LiteNetwork(parameters));
  } else {
    return InvalidArgument("the weights are of a network " + Quoted(name) +
                           ", which this version does not know");
  }
  SEAFUSION_RETURN_IF_ERROR(network.CheckWeights(archive));
  return network;
}

}  // namespace seafusion::model
