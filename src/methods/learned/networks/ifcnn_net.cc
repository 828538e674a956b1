#include "methods/learned/networks/ifcnn_net.h"

#include "learn/libtorch.h"

namespace seafusion::methods {
namespace {

// Convolution without bias, batch normalisation by the trained moments, ReLU.
torch::Tensor Block(const TensorSource& tensors, const std::string& name, const torch::Tensor& x,
                    bool training) {
  constexpr double kMomentum = 0.1;
  constexpr double kEpsilon = 1e-5;
  const torch::Tensor kernel = tensors(name + ".conv.weight");
  const std::string bn = name + ".bn.";
  const torch::Tensor gamma = tensors(bn + "weight"), beta = tensors(bn + "bias"),
                      mean = tensors(bn + "running_mean"), variance = tensors(bn + "running_var");
  if (!training) {
    // With moments that stand, the normalisation is a part of the convolution.
    const torch::Tensor scale = gamma / torch::sqrt(variance + kEpsilon);
    return Convolve(x, kernel * scale.reshape({-1, 1, 1, 1}), beta - mean * scale,
                    Padding::kReplicate)
        .relu_();
  }
  const torch::Tensor y = Convolve(x, kernel, torch::Tensor(), Padding::kReplicate);
  return torch::relu(torch::batch_norm(y, gamma, beta, mean, variance, training, kMomentum,
                                       kEpsilon, /*cudnn_enabled=*/true));
}

}  // namespace

torch::Tensor RunIfcnn(const TensorSource& tensors, const torch::Tensor& ir,
                       const torch::Tensor& vi, bool training) {
  const auto features = [&](const torch::Tensor& x) {
    return Block(tensors, "conv2",
                 Convolve(x, tensors("conv1.weight"), torch::Tensor(), Padding::kReplicate),
                 training);
  };
  const torch::Tensor fused = torch::maximum(features(ir), features(vi));
  return Convolve(tensors, "conv4", Block(tensors, "conv3", fused, training), Padding::kReplicate);
}

}  // namespace seafusion::methods
