#include "methods/learned/networks/layers.h"

#include <torch/torch.h>

namespace seafusion::methods {

torch::Tensor Convolve(const torch::Tensor& x, const torch::Tensor& weight,
                       const torch::Tensor& bias, Padding padding) {
  namespace F = torch::nn::functional;
  const std::int64_t pad = weight.size(2) / 2;
  if (pad == 0 || padding == Padding::kZero) return torch::conv2d(x, weight, bias, 1, pad);
  F::PadFuncOptions options({pad, pad, pad, pad});
  if (padding == Padding::kReflect && x.size(2) > pad && x.size(3) > pad) {
    options.mode(torch::kReflect);
  } else {
    options.mode(torch::kReplicate);
  }
  return torch::conv2d(F::pad(x, options), weight, bias);
}

torch::Tensor Convolve(const TensorSource& tensors, const std::string& name, const torch::Tensor& x,
                       Padding padding) {
  return Convolve(x, tensors(name + ".weight"), tensors(name + ".bias"), padding);
}

}  // namespace seafusion::methods
