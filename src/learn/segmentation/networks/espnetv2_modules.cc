#include "learn/segmentation/networks/espnetv2_modules.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

#include "learn/libtorch.h"
#include "model/methods/method_weights.h"

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

torch::Tensor Stretched(const torch::Tensor& x, std::int64_t height, std::int64_t width) {
  if (x.size(2) == height && x.size(3) == width) return x;
  return torch::upsample_bilinear2d(x, {height, width}, /*align_corners=*/false);
}

// The nearest side that the network takes.
int NetworkSide(std::int64_t side) {
  constexpr std::int64_t kStep = model::kEspnetv2Multiple, kLeast = 32;
  return static_cast<int>(std::max(kLeast, (side + kStep / 2) / kStep * kStep));
}

}  // namespace

Espnetv2Modules::Espnetv2Modules(const model::TensorArchive& archive, int classes)
    : classes_(classes) {
  const torch::NoGradGuard no_grad;
  const auto value = [&](const std::string& name) {
    const model::Tensor& tensor = archive.tensors.at(name);
    return torch::tensor(tensor.values).view(tensor.shape);
  };
  for (const auto& [name, tensor] : archive.tensors) {
    const std::size_t dot = name.rfind('.');
    const std::string path = name.substr(0, dot);
    if (archive.tensors.contains(path + ".running_var")) {
      if (norms_.contains(path)) continue;
      GlobalBatchNorm norm(static_cast<int>(tensor.values.size()));
      norm->weight.copy_(value(path + ".weight"));
      norm->bias.copy_(value(path + ".bias"));
      norm->running_mean.copy_(value(path + ".running_mean"));
      norm->running_var.copy_(value(path + ".running_var"));
      const std::size_t last = path.rfind('.');
      Place(path.substr(0, last)).register_module(path.substr(last + 1), norm);
      norms_.emplace(path, norm);
    } else {
      tensors_[name] = Place(path).register_parameter(name.substr(dot + 1), value(name));
    }
  }
}

// Names of modules have no dots: a path is a chain of them.
torch::nn::Module& Espnetv2Modules::Place(const std::string& path) {
  torch::nn::Module* at = this;
  for (std::size_t begin = 0; begin < path.size();) {
    const std::size_t end = std::min(path.find('.', begin), path.size());
    const std::string name = path.substr(begin, end - begin);
    const auto children = at->named_children();
    const auto* known = children.find(name);
    at = known != nullptr ? known->get()
                          : at->register_module(name, std::make_shared<torch::nn::Module>()).get();
    begin = end + 1;
  }
  return *at;
}

torch::Tensor Espnetv2Modules::Run(
    const model::EspGraph& graph, const torch::Tensor& rgb,
    const std::function<void(const std::string& name, const torch::Tensor& map)>& observe) const {
  std::vector<std::size_t> last_use(graph.size());
  for (std::size_t i = 0; i < graph.size(); ++i) {
    for (const int input : graph[i].inputs) last_use[static_cast<std::size_t>(input)] = i;
  }
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
        return GlobalBatchNorm(norms_.at(node.tensors))->forward(input(node));
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
}

model::EspGraph Espnetv2Modules::GraphFor(const torch::Tensor& rgb) const {
  auto graph = model::Espnetv2Graph(NetworkSide(rgb.size(3)), NetworkSide(rgb.size(2)), classes_);
  TORCH_CHECK(graph.ok(), graph.status().message());
  return *std::move(graph);
}

SegmentationScores Espnetv2Modules::Scores(const torch::Tensor& rgb) {
  const model::EspGraph graph = GraphFor(rgb);
  return {Stretched(Run(graph, Stretched(rgb, graph.front().height, graph.front().width)),
                    rgb.size(2), rgb.size(3)),
          {}};
}

std::vector<torch::Tensor> Espnetv2Modules::Features(const torch::Tensor& rgb) {
  const model::EspGraph graph = GraphFor(rgb);
  std::vector<torch::Tensor> maps;
  Run(graph, Stretched(rgb, graph.front().height, graph.front().width),
      [&](const std::string& name, const torch::Tensor& map) {
        if (name == "enc3" || name == "enc4") maps.push_back(map);
      });
  return maps;
}

bool Espnetv2Modules::InHead(const std::string& name) const {
  return name.starts_with(model::kEspnetv2Head);
}

void Espnetv2Modules::Describe(model::TensorArchive& archive) const {
  archive.metadata[model::kMethodKey] = model::Espnetv2Network().method;
}

}  // namespace seafusion::learn
