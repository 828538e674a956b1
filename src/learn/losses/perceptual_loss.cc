#include "learn/losses/perceptual_loss.h"

#include <cstddef>
#include <exception>
#include <utility>
#include <vector>

#include "core/status_macros.h"
#include "learn/libtorch.h"
#include "model/weights/safetensors.h"

namespace seafusion::learn {
namespace {

torch::Tensor Excitement(const torch::Tensor& map) {
  return torch::avg_pool2d(map.abs().sum(1, /*keepdim=*/true), 3, 1, 1);
}

}  // namespace

PerceptualLoss::PerceptualLoss(SegmentationNet net) : net_(std::move(net)) {
  net_.SetTraining(false);
  net_.SetFrozen(true);
}

StatusOr<PerceptualLoss> PerceptualLoss::Load(const std::string& path) {
  SEAFUSION_ASSIGN_OR_RETURN(const model::TensorArchive archive, model::LoadSafetensors(path));
  try {
    auto net = SegmentationNet::FromArchive(archive);
    if (!net.ok()) return net.status().Annotate(path);
    return PerceptualLoss(*std::move(net));
  } catch (const std::exception& e) {
    return Internal(path + ": cannot be set up: " + e.what());
  }
}

void PerceptualLoss::To(torch::Device device) {
  net_.To(device);
}

torch::Tensor PerceptualLoss::Of(const torch::Tensor& fused, const torch::Tensor& vis,
                                 const torch::Tensor& inf, const torch::Tensor& counted) const {
  const auto maps = [&](const torch::Tensor& gray) {
    return net_.Features(gray.expand({-1, 3, -1, -1}));
  };
  std::vector<torch::Tensor> of_vis, of_inf;
  {
    const torch::NoGradGuard no_grad;
    of_vis = maps(vis);
    of_inf = maps(inf);
  }
  const std::vector<torch::Tensor> of_fused = maps(fused);
  torch::Tensor loss = torch::zeros({}, fused.options());
  for (std::size_t i = 0; i < of_fused.size(); ++i) {
    const torch::Tensor wanted =
        torch::where(Excitement(of_inf[i]) > Excitement(of_vis[i]), of_inf[i], of_vis[i]);
    const torch::Tensor counts =
        torch::adaptive_avg_pool2d(counted, {wanted.size(2), wanted.size(3)});
    const torch::Tensor missed = ((of_fused[i] - wanted).abs() * counts).sum();
    // Maps of a picture without anything in it may be 0 everywhere.
    loss = loss + missed / ((wanted.abs() * counts).sum() + 1e-6);
  }
  return loss;
}

}  // namespace seafusion::learn
