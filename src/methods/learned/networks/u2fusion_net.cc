#include "methods/learned/networks/u2fusion_net.h"

#include <torch/torch.h>

namespace seafusion::methods {

torch::Tensor RunU2Fusion(const TensorSource& tensors, const torch::Tensor& first,
                          const torch::Tensor& second) {
  constexpr double kSlope = 0.2;
  const auto layer = [&](const std::string& name, const torch::Tensor& x) {
    return torch::leaky_relu(Convolve(tensors, name, x, Padding::kReflect), kSlope);
  };
  torch::Tensor x = layer("encoder.conv1_1", torch::cat({first, second}, 1));
  for (int k = 1; k <= 5; ++k) {
    x = torch::cat({layer("encoder.dense_block_conv" + std::to_string(k), x), x}, 1);
  }
  for (const char* name : {"decoder.conv2_1", "decoder.conv2_2", "decoder.conv2_3"}) {
    x = layer(name, x);
  }
  return torch::tanh(Convolve(tensors, "decoder.conv2_4", x, Padding::kReflect)) / 2 + 0.5;
}

}  // namespace seafusion::methods
