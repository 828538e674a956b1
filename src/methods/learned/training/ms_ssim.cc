#include "methods/learned/training/ms_ssim.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

#include <torch/torch.h>

namespace seafusion::methods {
namespace {

constexpr std::array<double, 5> kWeights = {0.0448, 0.2856, 0.3001, 0.2363, 0.1333};
constexpr int kWindow = 11;
constexpr double kDeviation = 1.5;

torch::Tensor Window(std::int64_t size, const torch::TensorOptions& options) {
  const torch::Tensor at = torch::arange(size, options) - static_cast<double>(size / 2);
  const torch::Tensor line = torch::exp(at.square() / (-2 * kDeviation * kDeviation));
  return line / line.sum();
}

struct Similarity {
  torch::Tensor ssim, contrast;
};

Similarity Compare(const torch::Tensor& a, const torch::Tensor& b, double range) {
  const std::int64_t size = std::min<std::int64_t>({kWindow, a.size(2), a.size(3)});
  const torch::Tensor line = Window(size, a.options());
  const auto blurred = [&](const torch::Tensor& x) {
    return torch::conv2d(torch::conv2d(x, line.reshape({1, 1, size, 1})),
                         line.reshape({1, 1, 1, size}));
  };
  const torch::Tensor mean_a = blurred(a), mean_b = blurred(b);
  const torch::Tensor variance_a = blurred(a * a) - mean_a.square();
  const torch::Tensor variance_b = blurred(b * b) - mean_b.square();
  const torch::Tensor covariance = blurred(a * b) - mean_a * mean_b;
  const double c1 = std::pow(0.01 * range, 2), c2 = std::pow(0.03 * range, 2);
  const torch::Tensor contrast = (2 * covariance + c2) / (variance_a + variance_b + c2);
  const torch::Tensor luminance =
      (2 * mean_a * mean_b + c1) / (mean_a.square() + mean_b.square() + c1);
  return {(luminance * contrast).mean(), contrast.mean()};
}

}  // namespace

torch::Tensor MsSsim(const torch::Tensor& a, const torch::Tensor& b) {
  const double high = a.max().item<double>() > 128 ? 255 : 1;
  const double low = a.min().item<double>() < -0.5 ? -1 : 0;
  torch::Tensor x = a, y = b, product = torch::ones({}), last;
  for (std::size_t i = 0; i < kWeights.size(); ++i) {
    const Similarity level = Compare(x, y, high - low);
    if (i + 1 < kWeights.size()) {
      product = product * torch::pow((level.contrast + 1) / 2, kWeights[i]);
      x = torch::avg_pool2d(x, 2);
      y = torch::avg_pool2d(y, 2);
    } else {
      last = torch::pow((level.ssim + 1) / 2, kWeights[i]);
    }
  }
  // torch.prod(cs[:-1] ** w[:-1] * ssim[-1] ** w[-1])
  return product * torch::pow(last, static_cast<double>(kWeights.size() - 1));
}

}  // namespace seafusion::methods
