#include "learn/losses/ssim.h"

#include <algorithm>

#include "learn/libtorch.h"

namespace seafusion::learn {
namespace {

constexpr int kWindow = 11;
constexpr double kDeviation = 1.5;

torch::Tensor Window(std::int64_t size, const torch::TensorOptions& options) {
  const torch::Tensor at = torch::arange(size, options) - static_cast<double>(size / 2);
  const torch::Tensor line = torch::exp(at.square() / (-2 * kDeviation * kDeviation));
  return line / line.sum();
}

}  // namespace

SimilarityMaps CompareStructure(const torch::Tensor& a, const torch::Tensor& b, double c1,
                                double c2) {
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
  return {(2 * mean_a * mean_b + c1) / (mean_a.square() + mean_b.square() + c1),
          (2 * covariance + c2) / (variance_a + variance_b + c2)};
}

}  // namespace seafusion::learn
