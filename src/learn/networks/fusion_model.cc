#include "learn/networks/fusion_model.h"

#include <utility>

#include "core/status_macros.h"
#include "learn/networks/fusion_net.h"
#include "learn/networks/graph_net.h"
#include "model/graph/network.h"

namespace seafusion::learn {

StatusOr<std::unique_ptr<FusionModel>> FusionModelOf(const model::TensorArchive& archive) {
  SEAFUSION_ASSIGN_OR_RETURN(const model::Network network, model::IdentifyNetwork(archive));
  if (network.lite) {
    SEAFUSION_ASSIGN_OR_RETURN(GraphNet net, GraphNet::FromArchive(archive));
    return std::unique_ptr<FusionModel>(std::make_unique<GraphNet>(std::move(net)));
  }
  SEAFUSION_ASSIGN_OR_RETURN(FusionNet net, FusionNet::FromArchive(archive));
  return std::unique_ptr<FusionModel>(std::make_unique<FusionNet>(std::move(net)));
}

}  // namespace seafusion::learn
