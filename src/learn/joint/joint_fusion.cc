#include "learn/joint/joint_fusion.h"

#include <string>

#include "core/status_macros.h"
#include "learn/libtorch.h"
#include "learn/lite/lite_settings.h"
#include "learn/losses/content_loss.h"
#include "learn/losses/scale_loss.h"
#include "learn/networks/fusion_net.h"
#include "learn/networks/graph_net.h"
#include "model/graph/network.h"

namespace seafusion::learn {

StatusOr<std::unique_ptr<FusionModel>> FreshFusion(const JointSettings& settings,
                                                   std::uint64_t seed) {
  if (settings.network == "full") {
    return std::unique_ptr<FusionModel>(std::make_unique<FusionNet>(FusionNet::Initialized(seed)));
  }
  SEAFUSION_ASSIGN_OR_RETURN(const LiteSettings preset, LitePreset(settings.network));
  SEAFUSION_ASSIGN_OR_RETURN(const model::Network network, model::LiteNetwork(preset.lite()));
  return std::unique_ptr<FusionModel>(
      std::make_unique<GraphNet>(GraphNet::Initialized(network, seed, /*reparameterized=*/false)));
}

StatusOr<std::string> NetworkNameOf(const model::TensorArchive& archive) {
  SEAFUSION_ASSIGN_OR_RETURN(const model::Network network, model::IdentifyNetwork(archive));
  return std::string(!network.lite ? "full" : network.lite->coarse ? "lite" : "lite-local");
}

StatusOr<std::unique_ptr<FusionModel>> FusionOf(const JointSettings& settings,
                                                const model::TensorArchive& archive) {
  SEAFUSION_ASSIGN_OR_RETURN(const std::string kind, NetworkNameOf(archive));
  if (kind != settings.network) {
    return InvalidArgument("the weights are of the network " + kind + ", the one to train is " +
                           settings.network);
  }
  return FusionModelOf(archive);
}

NamedLosses ContentLosses(const JointSettings& settings, const torch::Tensor& fused,
                          const torch::Tensor& vis, const torch::Tensor& inf) {
  if (settings.content_loss == "scales") {
    const LiteSettings scales = *LitePreset(settings.network);
    const ScaleLoss loss = ComputeScaleLoss(fused, vis, inf, torch::ones_like(vis), scales);
    return {{"intensity", loss.intensity},
            {"texture", loss.texture},
            {"levels", loss.levels},
            {"content", loss.total}};
  }
  const ContentLoss loss = ComputeContentLoss(fused, vis, inf, settings.texture_weight);
  return {{"intensity", loss.intensity}, {"texture", loss.texture}, {"content", loss.content}};
}

}  // namespace seafusion::learn
