#include "methods/learned/training/losses/spectral_norm.h"

#include "learn/libtorch.h"

namespace seafusion::methods {
namespace {

torch::Tensor Normalized(const torch::Tensor& row) {
  return row / (row.square().sum().sqrt() + 1e-12);
}

}  // namespace

SpectralNorm NormalizeSpectrum(const torch::Tensor& weight, const torch::Tensor& u) {
  const torch::Tensor matrix = weight.reshape({weight.size(0), -1});
  // A copy: u may be overwritten before the gradients are asked for.
  const torch::Tensor v = Normalized(torch::matmul(u.clone(), matrix));
  const torch::Tensor next = Normalized(torch::matmul(v, matrix.t()));
  const torch::Tensor sigma = torch::matmul(torch::matmul(v, matrix.t()), next.t());
  return {weight / sigma.squeeze(), next.detach()};
}

}  // namespace seafusion::methods
