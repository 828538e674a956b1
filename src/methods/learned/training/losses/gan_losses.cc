#include "methods/learned/training/losses/gan_losses.h"

#include "learn/libtorch.h"

namespace seafusion::methods {

torch::Tensor Laplacian(const torch::Tensor& picture) {
  const torch::Tensor kernel =
      torch::tensor({0.0f, 1.0f, 0.0f, 1.0f, -4.0f, 1.0f, 0.0f, 1.0f, 0.0f}, picture.options())
          .reshape({1, 1, 3, 3});
  return torch::conv2d(picture, kernel, {}, 1, 1);
}

GanContent ComputeGanContent(const GanContentWeights& w, const torch::Tensor& fused,
                             const torch::Tensor& ir, const torch::Tensor& vi) {
  const torch::Tensor lap = Laplacian(fused);
  return {w.factor * (w.ir * torch::mse_loss(fused, ir) + w.vi * torch::mse_loss(fused, vi)),
          w.factor * (w.lap_ir * torch::mse_loss(lap, Laplacian(ir)) +
                      w.lap_vi * torch::mse_loss(lap, Laplacian(vi)))};
}

}  // namespace seafusion::methods
