#include "methods/learned/networks/gan_generator.h"

#include "learn/libtorch.h"

namespace seafusion::methods {
namespace {

constexpr double kNormEpsilon = 1e-5;
constexpr double kMovingUpdate = 0.1;  // TensorFlow's decay of 0.9
constexpr double kSlope = 0.2;
constexpr std::array<int, 4> kKernels = {5, 5, 3, 3};

torch::Tensor RunPath(const GanLayerSource& layers, const std::string& suffix, torch::Tensor x) {
  for (std::size_t i = 0; i < kKernels.size(); ++i) {
    x = ConvolveNormalized(layers("layer" + std::to_string(i + 1) + suffix), x, 1);
  }
  return x;
}

}  // namespace

std::string GanTensorName(const std::string& layer, char kind) {
  return "fusion_model/" + layer + "/" + kind + layer.substr(std::string("layer").size());
}

std::vector<std::string> GanLayerNames(const GanGeneratorShape& shape) {
  std::vector<std::string> names;
  for (const char* suffix : {"", "_vi"}) {
    if (*suffix != 0 && !shape.two_paths) continue;
    for (std::size_t i = 1; i <= kKernels.size(); ++i) {
      names.push_back("layer" + std::to_string(i) + suffix);
    }
  }
  names.emplace_back("layer5");
  return names;
}

std::vector<model::TensorSpec> GanGeneratorTensors(const GanGeneratorShape& shape) {
  std::vector<model::TensorSpec> specs;
  const auto add = [&](const std::string& layer, int out, int in, int kernel) {
    specs.push_back({GanTensorName(layer, 'w'), {out, in, kernel, kernel}});
    specs.push_back({GanTensorName(layer, 'b'), {out}});
  };
  for (const std::string& name : GanLayerNames(shape)) {
    const auto at = static_cast<std::size_t>(name[5] - '1');
    if (at == kKernels.size()) {
      // Both paths enter twice: [P1, P2, P1, P2].
      add(name, 1, shape.channels.back() * (shape.two_paths ? 4 : 1), 1);
    } else {
      const int in = at == 0 ? (shape.two_paths ? 3 : 2) : shape.channels[at - 1];
      add(name, shape.channels[at], in, kKernels[at]);
    }
  }
  return specs;
}

torch::Tensor ConvolveNormalized(const GanLayer& layer, const torch::Tensor& x, int stride) {
  const torch::Tensor y = torch::conv2d(x, layer.weight, layer.bias, stride);
  torch::Tensor normalized =
      torch::batch_norm(y, layer.gamma, layer.beta, layer.mean, layer.variance,
                        /*training=*/true, kMovingUpdate, kNormEpsilon, /*cudnn_enabled=*/true);
  return torch::leaky_relu_(normalized, kSlope);
}

torch::Tensor RunGanGenerator(const GanGeneratorShape& shape, const GanLayerSource& layers,
                              const torch::Tensor& ir, const torch::Tensor& vi) {
  torch::Tensor features;
  if (shape.two_paths) {
    const torch::Tensor p1 = RunPath(layers, "", torch::cat({ir, ir, vi}, 1));
    const torch::Tensor p2 = RunPath(layers, "_vi", torch::cat({vi, vi, ir}, 1));
    features = torch::cat({p1, p2, p1, p2}, 1);
  } else {
    features = RunPath(layers, "", torch::cat({ir, vi}, 1));
  }
  const GanLayer last = layers("layer5");
  return torch::conv2d(features, last.weight, last.bias).tanh_();
}

torch::Tensor FuseWithGan(const GanGeneratorShape& shape, const TensorSource& tensors,
                          const torch::Tensor& ir, const torch::Tensor& vi) {
  constexpr double kHalf = 127.5;
  const auto prepared = [](const torch::Tensor& samples) {
    return torch::replication_pad2d((samples - kHalf) / kHalf,
                                    {kGanBorder, kGanBorder, kGanBorder, kGanBorder});
  };
  const GanLayerSource layers = [&](const std::string& name) {
    GanLayer layer;
    layer.weight = tensors(GanTensorName(name, 'w'));
    layer.bias = tensors(GanTensorName(name, 'b'));
    return layer;
  };
  return kHalf * RunGanGenerator(shape, layers, prepared(ir), prepared(vi)) + kHalf;
}

}  // namespace seafusion::methods
