#include "methods/learned/networks/densefuse_net.h"

#include <cstddef>

#include "learn/libtorch.h"

namespace seafusion::methods {

std::vector<torch::Tensor> DenseFuseEncode(const TensorSource& tensors,
                                           const torch::Tensor& picture) {
  const auto layer = [&](const std::string& name, torch::TensorList maps) {
    return Convolve(tensors, "encoder." + name, maps, Padding::kReflect).relu_();
  };
  std::vector<torch::Tensor> maps = {layer("conv1_1", picture)};
  for (const char* name : {"dense_block_conv1", "dense_block_conv2", "dense_block_conv3"}) {
    maps.insert(maps.begin(), layer(name, maps));
  }
  return maps;
}

torch::Tensor DenseFuseDecode(const TensorSource& tensors, torch::TensorList features) {
  const auto layer = [&](const char* name, torch::TensorList maps) {
    return Convolve(tensors, name, maps, Padding::kReflect).relu_();
  };
  torch::Tensor x = layer("decoder.conv2_1", features);
  for (const char* name : {"decoder.conv2_2", "decoder.conv2_3"}) x = layer(name, x);
  return Convolve(tensors, "decoder.conv2_4", x, Padding::kReflect);
}

torch::Tensor RunDenseFuse(const TensorSource& tensors, const torch::Tensor& ir,
                           const torch::Tensor& vi) {
  std::vector<torch::Tensor> sum = DenseFuseEncode(tensors, ir);
  const std::vector<torch::Tensor> other = DenseFuseEncode(tensors, vi);
  for (std::size_t i = 0; i < sum.size(); ++i) sum[i] += other[i];
  return DenseFuseDecode(tensors, sum);
}

}  // namespace seafusion::methods
