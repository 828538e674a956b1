#include "methods/learned/networks/sdnet_net.h"

#include <vector>

#include "learn/libtorch.h"

namespace seafusion::methods {
namespace {

constexpr double kSdNetSlope = 0.2;

torch::Tensor Leaky(const TensorSource& tensors, const std::string& name, torch::TensorList maps) {
  torch::Tensor y = Convolve(tensors, name, maps, Padding::kZero);
  return torch::leaky_relu_(y, kSdNetSlope);
}

}  // namespace

torch::Tensor RunSdNet(const TensorSource& tensors, const torch::Tensor& ir,
                       const torch::Tensor& vi) {
  // Each layer sees all those before it, the oldest first.
  const auto path = [&](const std::string& source, const torch::Tensor& picture) {
    std::vector<torch::Tensor> maps;
    for (int k = 1; k <= 4; ++k) {
      const std::string name = "squeeze." + source + ".conv" + std::to_string(k);
      maps.push_back(maps.empty() ? Leaky(tensors, name, picture) : Leaky(tensors, name, maps));
    }
    return maps;
  };
  const std::vector<torch::Tensor> from_ir = path("ir", ir), from_vi = path("vi", vi);
  std::vector<torch::Tensor> both;
  for (std::size_t k = 0; k < from_ir.size(); ++k) {
    both.push_back(from_ir[k]);
    both.push_back(from_vi[k]);
  }
  return Convolve(tensors, "squeeze.fuse", both, Padding::kZero).tanh_();
}

Decomposed DecomposeSdNet(const TensorSource& tensors, const torch::Tensor& fused) {
  const torch::Tensor split = Leaky(tensors, "decompose.split", fused);
  const auto path = [&](const std::string& source) {
    const std::string name = "decompose." + source + ".conv";
    const torch::Tensor x = Leaky(tensors, name + "2", Leaky(tensors, name + "1", split));
    return Convolve(tensors, name + "3", x, Padding::kZero).tanh_();
  };
  return {path("ir"), path("vi")};
}

}  // namespace seafusion::methods
