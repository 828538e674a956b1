#include "methods/learned/networks/densefuse_net.h"

#include <torch/torch.h>

namespace seafusion::methods {

torch::Tensor DenseFuseEncode(const TensorSource& tensors, const torch::Tensor& picture) {
  const auto layer = [&](const std::string& name, const torch::Tensor& x) {
    return torch::relu(Convolve(tensors, "encoder." + name, x, Padding::kReflect));
  };
  torch::Tensor features = layer("conv1_1", picture);
  for (const char* name : {"dense_block_conv1", "dense_block_conv2", "dense_block_conv3"}) {
    features = torch::cat({layer(name, features), features}, 1);
  }
  return features;
}

torch::Tensor DenseFuseDecode(const TensorSource& tensors, const torch::Tensor& features) {
  torch::Tensor x = features;
  for (const char* name : {"decoder.conv2_1", "decoder.conv2_2", "decoder.conv2_3"}) {
    x = torch::relu(Convolve(tensors, name, x, Padding::kReflect));
  }
  return Convolve(tensors, "decoder.conv2_4", x, Padding::kReflect);
}

torch::Tensor RunDenseFuse(const TensorSource& tensors, const torch::Tensor& ir,
                           const torch::Tensor& vi) {
  return DenseFuseDecode(tensors, DenseFuseEncode(tensors, ir) + DenseFuseEncode(tensors, vi));
}

}  // namespace seafusion::methods
