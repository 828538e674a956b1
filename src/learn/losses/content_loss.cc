#include "learn/losses/content_loss.h"

#include "learn/libtorch.h"

namespace seafusion::learn {

torch::Tensor SobelMagnitude(const torch::Tensor& picture) {
  const auto options = picture.options().requires_grad(false);
  const torch::Tensor kernels = torch::tensor({-1.f, 0.f, 1.f, -2.f, 0.f, 2.f, -1.f, 0.f, 1.f,  //
                                               1.f, 2.f, 1.f, 0.f, 0.f, 0.f, -1.f, -2.f, -1.f})
                                    .to(options)
                                    .view({2, 1, 3, 3});
  return torch::conv2d(picture, kernels, {}, 1, 1).abs().sum(1, /*keepdim=*/true);
}

ContentLoss ComputeContentLoss(const torch::Tensor& fused, const torch::Tensor& vis,
                               const torch::Tensor& inf, double texture_weight) {
  ContentLoss loss;
  loss.intensity = (fused - torch::max(vis, inf)).abs().mean();
  const torch::Tensor target = torch::max(SobelMagnitude(vis), SobelMagnitude(inf));
  loss.texture = (SobelMagnitude(fused) - target).abs().mean();
  loss.content = loss.intensity + texture_weight * loss.texture;
  return loss;
}

}  // namespace seafusion::learn
