// The fusion network of joint training, and what its pictures must keep of their sources.
#ifndef SEAFUSION_LEARN_JOINT_JOINT_FUSION_H_
#define SEAFUSION_LEARN_JOINT_JOINT_FUSION_H_

#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <seafusion/status.h>
#include <torch/types.h>

#include "learn/joint/joint_settings.h"
#include "learn/networks/fusion_model.h"
#include "model/weights/safetensors.h"

namespace seafusion::learn {

/// What JointSettings::network calls the network that `archive` holds. Fails as IdentifyNetwork.
StatusOr<std::string> NetworkNameOf(const model::TensorArchive& archive);

/// The network that `settings` name, with fresh weights that follow from `seed`.
StatusOr<std::unique_ptr<FusionModel>> FreshFusion(const JointSettings& settings,
                                                   std::uint64_t seed);

/// With the weights of `archive`; kInvalidArgument when these are of another kind of network than
/// `settings` name.
StatusOr<std::unique_ptr<FusionModel>> FusionOf(const JointSettings& settings,
                                                const model::TensorArchive& archive);

/// Scalars by name, each with gradients towards the fused picture; "content", their weighted sum,
/// comes last.
using NamedLosses = std::vector<std::pair<const char*, torch::Tensor>>;

/// The content loss that `settings` name: intensity, texture and, over scales, levels. All
/// (N, 1, H, W), the sources 0..1; `fused` as FusionModel::Unclamped. Means run over all pixels: a
/// crop's sides are padded like a picture's.
NamedLosses ContentLosses(const JointSettings& settings, const torch::Tensor& fused,
                          const torch::Tensor& vis, const torch::Tensor& inf);

}  // namespace seafusion::learn

#endif  // SEAFUSION_LEARN_JOINT_JOINT_FUSION_H_
