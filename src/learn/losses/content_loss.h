// What a fused picture must keep of its sources (Tang 2022, Eq. 7 to 9).
#ifndef SEAFUSION_LEARN_LOSSES_CONTENT_LOSS_H_
#define SEAFUSION_LEARN_LOSSES_CONTENT_LOSS_H_

#include <torch/types.h>

namespace seafusion::learn {

/// Weight alpha of the texture term in Eq. 7.
inline constexpr double kTextureWeight = 10.0;

/// Scalars, with gradients towards `fused`.
struct ContentLoss {
  torch::Tensor intensity;  ///< Eq. 8: mean |F - max(V, I)|
  torch::Tensor texture;    ///< Eq. 9: mean |G(F) - max(G(V), G(I))|, G as SobelMagnitude
  torch::Tensor content;    ///< Eq. 7: intensity + alpha texture
};

/// |horizontal| + |vertical| Sobel response of (N, 1, H, W), zeros outside the picture.
torch::Tensor SobelMagnitude(const torch::Tensor& picture);

/// All three (N, 1, H, W), 0..1; means run over batch, height and width.
ContentLoss ComputeContentLoss(const torch::Tensor& fused, const torch::Tensor& vis,
                               const torch::Tensor& inf, double texture_weight = kTextureWeight);

}  // namespace seafusion::learn

#endif  // SEAFUSION_LEARN_LOSSES_CONTENT_LOSS_H_
