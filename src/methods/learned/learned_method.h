// FusionMethod on top of a network that LibTorch runs.
#ifndef SEAFUSION_METHODS_LEARNED_LEARNED_METHOD_H_
#define SEAFUSION_METHODS_LEARNED_LEARNED_METHOD_H_

#include <memory>
#include <vector>

#include <torch/types.h>

#include "methods/fusion_method.h"
#include "methods/learned/networks/layers.h"
#include "methods/networks/luma_reader.h"
#include "methods/registry.h"
#include "model/graph/fusion_graph.h"
#include "model/weights/safetensors.h"

namespace seafusion::methods {

/// What differs from method to method. Pictures are levels of 0..255, (1, 1, H, W), float32.
struct LearnedDescriptor {
  MethodInfo info;
  /// The tensors that `archive` must hold, which may depend on its metadata.
  StatusOr<std::vector<model::TensorSpec>> (*tensors)(const model::TensorArchive& archive) =
      nullptr;
  LumaRule luma = LumaRule::kRounded;
  /// Fuses; the result is whatever the two functions below take.
  torch::Tensor (*fuse)(const TensorSource& tensors, const torch::Tensor& ir,
                        const torch::Tensor& vi) = nullptr;
  /// The range of the public code, rounded to whole levels as it does if `whole`.
  torch::Tensor (*published)(const torch::Tensor& fused, bool whole) = nullptr;
  /// The network's own range clipped to levels.
  torch::Tensor (*clipped)(const torch::Tensor& fused) = nullptr;
};

/// SciPy's imsave of float samples: stretched by their extremes to 0..255, halves rounded up if
/// `whole`. A picture of one value is clipped instead.
torch::Tensor StretchedAsSciPy(const torch::Tensor& levels, bool whole);

/// Fails with kNotFound without weights; else as NetworkWeights and ParseSafetensors.
StatusOr<std::unique_ptr<FusionMethod>> MakeLearnedMethod(LearnedDescriptor descriptor,
                                                          const MethodOptions& options);

}  // namespace seafusion::methods

#endif  // SEAFUSION_METHODS_LEARNED_LEARNED_METHOD_H_
