// The generators of FusionGAN (Ma et al., Information Fusion 48, 2019) and GANMcC (Ma et al., IEEE
// TIM 70, 2021): one path of four normalised convolutions, or two, then a 1x1 convolution.
#ifndef SEAFUSION_METHODS_LEARNED_NETWORKS_GAN_GENERATOR_H_
#define SEAFUSION_METHODS_LEARNED_NETWORKS_GAN_GENERATOR_H_

#include <array>
#include <functional>
#include <string>
#include <vector>

#include <torch/types.h>

#include "methods/learned/networks/layers.h"
#include "model/graph/fusion_graph.h"

namespace seafusion::methods {

/// Pixels that the generator takes off each side: 2 + 2 + 1 + 1.
inline constexpr int kGanBorder = 6;

struct GanGeneratorShape {
  bool two_paths = false;  ///< GANMcC: one for [ir, ir, vi], one for [vi, vi, ir].
  /// Of the four normalised convolutions, as published; narrower ones serve tests.
  std::array<int, 4> channels = {256, 128, 64, 32};
};

/// One layer's tensors. Undefined `gamma` and `beta` are 1 and 0.
struct GanLayer {
  torch::Tensor weight;  ///< (out, in, k, k)
  torch::Tensor bias;    ///< (out)
  torch::Tensor gamma, beta;
  /// Moving averages of mean and variance, updated in place by ConvolveNormalized where defined.
  torch::Tensor mean, variance;
};

/// A layer by its name in the public checkpoints, "layer1" or "layer1_vi".
using GanLayerSource = std::function<GanLayer(const std::string& name)>;

/// "fusion_model/layer1_vi/w1_vi": name of a layer's tensor, `kind` 'w' or 'b'.
std::string GanTensorName(const std::string& layer, char kind);

/// The layers in the order in which the network runs them.
std::vector<std::string> GanLayerNames(const GanGeneratorShape& shape);

/// Weights and biases, by the names of the public checkpoints.
std::vector<model::TensorSpec> GanGeneratorTensors(const GanGeneratorShape& shape);

/// Convolution without padding, normalisation by the moments of this batch (biased variance, eps
/// 1e-5), LReLU(0.2). The public test code, too, normalises by the moments of the picture it fuses.
torch::Tensor ConvolveNormalized(const GanLayer& layer, const torch::Tensor& x, int stride);

/// `ir` and `vi`: (N, 1, H, W) in -1..1, H and W above 2 kGanBorder. Returns (N, 1, H - 12, W - 12)
/// in -1..1. To fuse a whole picture, pad both by kGanBorder (replicate) and give one picture:
/// normalisation runs over the batch.
torch::Tensor RunGanGenerator(const GanGeneratorShape& shape, const GanLayerSource& layers,
                              const torch::Tensor& ir, const torch::Tensor& vi);

/// Fuses one whole picture as the public test code does: `ir` and `vi` (1, 1, H, W) in 0..255,
/// borders repeated outwards, each layer normalised by the moments of this picture. Returns the
/// same shape, 127.5 tanh + 127.5.
torch::Tensor FuseWithGan(const GanGeneratorShape& shape, const TensorSource& tensors,
                          const torch::Tensor& ir, const torch::Tensor& vi);

}  // namespace seafusion::methods

#endif  // SEAFUSION_METHODS_LEARNED_NETWORKS_GAN_GENERATOR_H_
