#include "learn/segmentation/networks/espnetv2.h"

#include <cstddef>
#include <cstdint>
#include <exception>
#include <vector>

#include "core/status_macros.h"
#include "learn/libtorch.h"
#include "model/espnetv2/espnetv2_graph.h"

namespace seafusion::learn {
namespace {

using model::EspNode;
using model::EspOp;

torch::Tensor Normalised(const torch::Tensor& rgb) {
  const auto values = [&](const std::array<double, 3>& v) {
    return torch::tensor({v[0], v[1], v[2]}, rgb.options()).view({1, 3, 1, 1});
  };
  return (rgb - values(model::kImageNetMean)) / values(model::kImageNetDeviation);
}

// Channels that count as `groups` rows, taken column by column.
torch::Tensor Shuffled(const torch::Tensor& x, int groups) {
  const std::int64_t n = x.size(0), c = x.size(1), h = x.size(2), w = x.size(3);
  return x.view({n, groups, c / groups, h, w}).transpose(1, 2).reshape({n, c, h, w});
}

torch::Tensor Resized(const torch::Tensor& x, std::int64_t height, std::int64_t width) {
  return torch::upsample_bilinear2d(x, {height, width}, /*align_corners=*/true);
}

}  // namespace

StatusOr<Espnetv2> Espnetv2::FromArchive(const model::TensorArchive& archive) {
  SEAFUSION_RETURN_IF_ERROR(model::CheckEspnetv2Weights(archive));
  Espnetv2 net;
  for (const auto& [name, tensor] : archive.tensors) {
    net.tensors_[name] = torch::tensor(tensor.values).view(tensor.shape);
  }
  return net;
}

void Espnetv2::To(torch::Device device) {
  for (auto& [name, tensor] : tensors_) tensor = tensor.to(device);
}

StatusOr<torch::Tensor> Espnetv2::Forward(const torch::Tensor& rgb, const Observer& observe) const {
  if (rgb.dim() != 4 || rgb.size(1) != 3) {
    return InvalidArgument("ESPNetv2 takes batches of pictures of three channels");
  }
  SEAFUSION_ASSIGN_OR_RETURN(
      const model::EspGraph graph,
      model::Espnetv2Graph(static_cast<int>(rgb.size(3)), static_cast<int>(rgb.size(2))));
  std::vector<std::size_t> last_use(graph.size());
  for (std::size_t i = 0; i < graph.size(); ++i) {
    for (const int input : graph[i].inputs) last_use[static_cast<std::size_t>(input)] = i;
  }
  try {
    std::vector<torch::Tensor> maps(graph.size());
    const auto input = [&](const EspNode& node, std::size_t which = 0) -> const torch::Tensor& {
      return maps[static_cast<std::size_t>(node.inputs[which])];
    };
    const auto weight = [&](const EspNode& node, const char* what) -> const torch::Tensor& {
      return tensors_.at(node.tensors + what);
    };
    const auto compute = [&](const EspNode& node) -> torch::Tensor {
      switch (node.op) {
        case EspOp::kInput:
          return Normalised(rgb);
        case EspOp::kConv: {
          const std::int64_t pad = std::int64_t{node.dilation} * (node.kernel / 2);
          return torch::conv2d(input(node), weight(node, ".weight"),
                               node.bias ? weight(node, ".bias") : torch::Tensor(),
                               std::vector<std::int64_t>(2, node.stride),
                               std::vector<std::int64_t>(2, pad),
                               std::vector<std::int64_t>(2, node.dilation), node.groups);
        }
        case EspOp::kNorm:
          return torch::batch_norm(input(node), weight(node, ".weight"), weight(node, ".bias"),
                                   weight(node, ".running_mean"), weight(node, ".running_var"),
                                   /*training=*/false, /*momentum=*/0, /*eps=*/1e-5,
                                   /*cudnn_enabled=*/true);
        case EspOp::kPrelu:
          return torch::prelu(input(node), weight(node, ".weight"));
        case EspOp::kMeanPool:
          return torch::avg_pool2d(input(node), 3, 2, 1, /*ceil_mode=*/false,
                                   /*count_include_pad=*/true);
        case EspOp::kAdaptiveMean:
          return torch::adaptive_avg_pool2d(input(node), {node.height, node.width});
        case EspOp::kResize:
          return Resized(input(node), node.height, node.width);
        case EspOp::kConcat: {
          std::vector<torch::Tensor> parts;
          for (std::size_t i = 0; i < node.inputs.size(); ++i) parts.push_back(input(node, i));
          return torch::cat(parts, 1);
        }
        case EspOp::kSum:
          return input(node) + input(node, 1);
        case EspOp::kProduct:
          return input(node) * input(node, 1);
        case EspOp::kGlobalMean:
          return input(node).mean({2, 3}, /*keepdim=*/true);
        case EspOp::kSigmoid:
          return torch::sigmoid(input(node));
        case EspOp::kShuffle:
          return Shuffled(input(node), node.groups);
      }
      return {};
    };
    for (std::size_t i = 0; i < graph.size(); ++i) {
      maps[i] = compute(graph[i]);
      if (observe) observe(graph[i].name, maps[i]);
      for (const int used : graph[i].inputs) {
        const auto at = static_cast<std::size_t>(used);
        if (last_use[at] == i) maps[at] = torch::Tensor();
      }
    }
    return maps.back();
  } catch (const std::exception& e) {
    return Internal(std::string("ESPNetv2 failed: ") + e.what());
  }
}

}  // namespace seafusion::learn
