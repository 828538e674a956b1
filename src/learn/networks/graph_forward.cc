#include "learn/networks/graph_forward.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "learn/libtorch.h"

namespace seafusion::learn {
namespace {

namespace F = torch::nn::functional;

using model::Activation;
using model::Node;
using model::Op;

torch::Tensor Activate(const torch::Tensor& v, const Node& node, const GraphOptions& options) {
  switch (node.activation) {
    case Activation::kNone:
      return v;
    case Activation::kLeakyRelu:
      return torch::leaky_relu(v, node.slope);
    case Activation::kTanh01:
      return torch::tanh(v) / 2 + 0.5;
    case Activation::kClamp01:
      return options.clamp ? torch::clamp(v, 0, 1) : v;
  }
  return v;
}

torch::Tensor SpaceToDepth(const torch::Tensor& t, int factor) {
  const std::int64_t right = (factor - t.size(3) % factor) % factor;
  const std::int64_t below = (factor - t.size(2) % factor) % factor;
  if (right + below == 0) return torch::pixel_unshuffle(t, factor);
  const auto options = F::PadFuncOptions({0, right, 0, below}).mode(torch::kReplicate);
  return torch::pixel_unshuffle(F::pad(t, options), factor);
}

torch::Tensor Enlarge(const torch::Tensor& t, int factor) {
  const auto times = static_cast<double>(factor);
  return F::interpolate(t, F::InterpolateFuncOptions()
                               .scale_factor(std::vector<double>{times, times})
                               .mode(torch::kBilinear)
                               .align_corners(false));
}

// What a convolution reads, with its border; zeros are the convolution's own padding.
torch::Tensor Bordered(const torch::Tensor& in, const Node& node) {
  const std::int64_t padding = node.kernel / 2;
  if (node.border == model::Border::kZero || padding == 0) return in;
  F::PadFuncOptions options({padding, padding, padding, padding});
  if (node.border == model::Border::kRepeat) {
    options.mode(torch::kReplicate);
  } else {
    options.mode(torch::kReflect);
  }
  return F::pad(in, options);
}

int PaddingOf(const Node& node) {
  return node.border == model::Border::kZero ? node.kernel / 2 : 0;
}

torch::Tensor Convolve(const torch::Tensor& in, const NodeWeights& w, const Node& node) {
  return torch::conv2d(Bordered(in, node), w.first, w.second, 1, PaddingOf(node));
}

torch::Tensor Gradient(const torch::Tensor& in, const NodeWeights& w, const Node& node) {
  const torch::Tensor bordered = Bordered(in, node);
  const auto response = [&](const torch::Tensor& kernel) {
    return torch::conv2d(bordered, kernel, {}, 1, PaddingOf(node), 1, node.channels).abs();
  };
  return response(w.first) + response(w.second);
}

torch::Tensor Blend(const torch::Tensor& maps, const torch::Tensor& inf, const torch::Tensor& vis) {
  const torch::Tensor m = maps.to(inf.scalar_type());
  return (m.narrow(1, 0, 1) + 0.5) * inf + (m.narrow(1, 1, 1) + 0.5) * vis + m.narrow(1, 2, 1);
}

}  // namespace

torch::Tensor RunGraph(const model::Graph& graph, const torch::Tensor& vis,
                       const torch::Tensor& inf,
                       const std::function<NodeWeights(std::size_t node)>& weights,
                       const GraphOptions& options) {
  std::vector<torch::Tensor> maps(graph.size());
  const auto map = [&](int index) -> const torch::Tensor& {
    return maps[static_cast<std::size_t>(index)];
  };
  const auto laid_out = [&](const torch::Tensor& t) {
    return options.channels_last ? t.contiguous(at::MemoryFormat::ChannelsLast) : t;
  };
  for (std::size_t n = 0; n < graph.size(); ++n) {
    const Node& node = graph[n];
    if (node.op == Op::kInput) {
      maps[n] = node.name == model::kVisibleInput ? vis : inf;
      continue;
    }
    if (node.op == Op::kBlend) {
      maps[n] = Activate(Blend(map(node.inputs[0]), map(node.inputs[1]), map(node.inputs[2])), node,
                         options);
      continue;
    }
    if (node.op == Op::kMaximum || node.op == Op::kSum) {
      torch::Tensor v = map(node.inputs[0]);
      for (std::size_t i = 1; i < node.inputs.size(); ++i) {
        const torch::Tensor& next = map(node.inputs[i]);
        v = node.op == Op::kSum ? v + next : torch::max(v, next);
      }
      maps[n] = Activate(v, node, options);
      continue;
    }
    std::vector<torch::Tensor> inputs;
    for (const int i : node.inputs) inputs.push_back(map(i));
    const torch::Tensor in = inputs.size() == 1 ? inputs[0] : torch::cat(inputs, 1);
    torch::Tensor v;
    switch (node.op) {
      case Op::kConv: {
        NodeWeights w = weights(n);
        w.first = laid_out(w.first);
        v = Convolve(in, w, node);
        for (const int i : node.add) v = v + map(i);
        v = Activate(v, node, options);
        break;
      }
      case Op::kGradient:
        v = Gradient(in, weights(n), node);
        break;
      case Op::kSpaceToDepth:
        v = laid_out(SpaceToDepth(in, node.factor));
        break;
      case Op::kDepthToSpace:
        v = torch::pixel_shuffle(in, node.factor);
        break;
      case Op::kAveragePool:
        v = torch::avg_pool2d(in, node.factor, node.factor, 0, /*ceil_mode=*/true,
                              /*count_include_pad=*/false);
        break;
      case Op::kEnlarge:
        v = Enlarge(in, node.factor);
        break;
      default:
        break;
    }
    // What was repeated to fill a phase or a block is cut off again.
    const std::int64_t height = model::SamplesAcross(static_cast<int>(vis.size(2)), node.scale);
    const std::int64_t width = model::SamplesAcross(static_cast<int>(vis.size(3)), node.scale);
    if (v.size(2) > height) v = v.narrow(2, 0, height);
    if (v.size(3) > width) v = v.narrow(3, 0, width);
    maps[n] = v;
  }
  return maps.back().to(torch::kFloat32);
}

}  // namespace seafusion::learn
