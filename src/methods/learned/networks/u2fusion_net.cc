#include "methods/learned/networks/u2fusion_net.h"

#include <vector>

#include "learn/libtorch.h"

namespace seafusion::methods {

torch::Tensor RunU2Fusion(const TensorSource& tensors, const torch::Tensor& first,
                          const torch::Tensor& second) {
  constexpr double kSlope = 0.2;
  const auto layer = [&](const std::string& name, torch::TensorList maps) {
    torch::Tensor y = Convolve(tensors, name, maps, Padding::kReflect);
    return torch::leaky_relu_(y, kSlope);
  };
  // Each layer sees all those before it, the newest first.
  std::vector<torch::Tensor> maps = {layer("encoder.conv1_1", {first, second})};
  for (int k = 1; k <= 5; ++k) {
    maps.insert(maps.begin(), layer("encoder.dense_block_conv" + std::to_string(k), maps));
  }
  torch::Tensor x = layer("decoder.conv2_1", maps);
  for (const char* name : {"decoder.conv2_2", "decoder.conv2_3"}) {
    x = layer(name, x);
  }
  return Convolve(tensors, "decoder.conv2_4", x, Padding::kReflect).tanh_() / 2 + 0.5;
}

}  // namespace seafusion::methods
