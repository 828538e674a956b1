// The losses of FusionGAN (Ma et al. 2019) and GANMcC (Ma et al. 2021), with the weights of their
// public code.
#ifndef SEAFUSION_METHODS_LEARNED_TRAINING_LOSSES_GAN_LOSSES_H_
#define SEAFUSION_METHODS_LEARNED_TRAINING_LOSSES_GAN_LOSSES_H_

#include <torch/types.h>

namespace seafusion::methods {

/// Response to (0,1,0), (1,-4,1), (0,1,0) of (N, 1, H, W), zeros outside.
torch::Tensor Laplacian(const torch::Tensor& picture);

/// factor * (ir MSE(f, ir) + vi MSE(f, vi) + lap_ir MSE(lap f, lap ir) + lap_vi MSE(lap f, lap
/// vi)), each (N, 1, H, W) in -1..1.
struct GanContentWeights {
  double factor, ir, vi, lap_ir, lap_vi;
};
inline constexpr GanContentWeights kFusionGanContent{100, 1, 0, 0, 5};
inline constexpr GanContentWeights kGanMcCContent{100, 1, 0.4, 4, 5};

struct GanContent {
  torch::Tensor intensity;  ///< The first two terms.
  torch::Tensor gradient;   ///< The last two.
};
GanContent ComputeGanContent(const GanContentWeights& weights, const torch::Tensor& fused,
                             const torch::Tensor& ir, const torch::Tensor& vi);

}  // namespace seafusion::methods

#endif  // SEAFUSION_METHODS_LEARNED_TRAINING_LOSSES_GAN_LOSSES_H_
