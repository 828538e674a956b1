// What a fused picture must keep of its sources, with signs and over scales: no teacher, no labels.
#ifndef SEAFUSION_LEARN_LOSSES_SCALE_LOSS_H_
#define SEAFUSION_LEARN_LOSSES_SCALE_LOSS_H_

#include <torch/types.h>

#include "learn/lite/lite_settings.h"
#include "learn/losses/perceptual_loss.h"

namespace seafusion::learn {

/// Scalars, with gradients towards the fused picture; `total` is their weighted sum.
struct ScaleLoss {
  torch::Tensor intensity, texture, levels, contrast, structure, perceptual, total;
};

/// Horizontal and vertical Sobel response of (N, 1, H, W), of its inside: (N, 2, H - 2, W - 2).
torch::Tensor SobelPair(const torch::Tensor& picture);

/// The gradient that texture asks for, (N, 2, H - 2, W - 2): that of the source where it is
/// stronger (L1 over both directions), with its sign; that of max(vis, inf) where it is at least
/// `halo_share` of the stronger one. Signs keep dark outlines away, which the magnitudes of Tang
/// 2022, Eq. 9, allow. Where the sources are opposed
/// (the mean of their product in 3 x 3 is below -`opposed_share` times the larger of their mean
/// squares), that of the source that goes with max(vis, inf).
torch::Tensor WantedGradient(const torch::Tensor& vis, const torch::Tensor& inf, double halo_share,
                             double opposed_share);

/// The coefficient that one level of a Laplacian pyramid asks for: that of the source whose mean
/// magnitude in 3 x 3 is larger; where the sources are opposed as above, that of the source that
/// goes with `brighter`, the level of max(vis, inf).
torch::Tensor WantedLevel(const torch::Tensor& vis, const torch::Tensor& inf,
                          const torch::Tensor& brighter, double opposed_share);

/// Standard deviation in 9 x 9 samples of (N, 1, H, W), of its inside: (N, 1, H - 8, W - 8).
torch::Tensor LocalDeviation(const torch::Tensor& picture);

/// SSIM (Wang 2004) of (N, 1, H, W) with the source whose local deviation is larger, of its inside:
/// (N, 1, H - 10, W - 10). (Hou 2020, VIF-Net, chooses by the local mean.) The structure of the
/// better source counts, not a mean of both.
torch::Tensor StructureOfStronger(const torch::Tensor& fused, const torch::Tensor& vis,
                                  const torch::Tensor& inf);

/// All (N, 1, H, W), pictures 0..1. Means are over the pixels where `counted` is 1, of which there
/// must be some; the others are 0:
///   intensity  |F - max(V, I)|
///   texture    sum over x and y of |S(F) - texture_gain WantedGradient|
///   levels     sum over the levels of |L(F) - levels_gain WantedLevel|, L a Laplacian pyramid with
///              the binomial kernel of 5, each level half as large
///   contrast   max(0, contrast_gain max(D(V), D(I)) - D(F)), D = LocalDeviation: contrast that is
///              missing, while more of it costs nothing
///   structure  1 - StructureOfStronger
///   perceptual PerceptualLoss, where one is given
/// Terms of weight 0 among the last three are not computed.
ScaleLoss ComputeScaleLoss(const torch::Tensor& fused, const torch::Tensor& vis,
                           const torch::Tensor& inf, const torch::Tensor& counted,
                           const LiteSettings& settings,
                           const PerceptualLoss* perceptual = nullptr);

}  // namespace seafusion::learn

#endif  // SEAFUSION_LEARN_LOSSES_SCALE_LOSS_H_
