#include "methods/learned/training/losses/ms_ssim.h"

#include <array>
#include <cmath>

#include "learn/libtorch.h"
#include "learn/losses/ssim.h"

namespace seafusion::methods {
namespace {

constexpr std::array<double, 5> kWeights = {0.0448, 0.2856, 0.3001, 0.2363, 0.1333};

}  // namespace

torch::Tensor MsSsim(const torch::Tensor& a, const torch::Tensor& b) {
  const double high = a.max().item<double>() > 128 ? 255 : 1;
  const double low = a.min().item<double>() < -0.5 ? -1 : 0;
  const double c1 = std::pow(0.01 * (high - low), 2), c2 = std::pow(0.03 * (high - low), 2);
  torch::Tensor x = a, y = b, product = torch::ones({}), last;
  for (std::size_t i = 0; i < kWeights.size(); ++i) {
    const learn::SimilarityMaps level = learn::CompareStructure(x, y, c1, c2);
    if (i + 1 < kWeights.size()) {
      product = product * torch::pow((level.contrast.mean() + 1) / 2, kWeights[i]);
      x = torch::avg_pool2d(x, 2);
      y = torch::avg_pool2d(y, 2);
    } else {
      last = torch::pow(((level.luminance * level.contrast).mean() + 1) / 2, kWeights[i]);
    }
  }
  // torch.prod(cs[:-1] ** w[:-1] * ssim[-1] ** w[-1])
  return product * torch::pow(last, static_cast<double>(kWeights.size() - 1));
}

}  // namespace seafusion::methods
