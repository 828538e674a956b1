#include "learn/networks/graph_net.h"

#include <cmath>
#include <string>
#include <utility>

#include "core/seeded_noise.h"
#include "core/status_macros.h"
#include "learn/libtorch.h"
#include "learn/networks/fusion_net.h"
#include "learn/networks/graph_forward.h"

namespace seafusion::learn {
namespace {

using model::Node;
using model::Op;

constexpr double kPi = 3.14159265358979323846;

// Standard normal numbers (Box and Muller 1958).
torch::Tensor Normal(SeededNoise& noise, at::IntArrayRef shape, double deviation) {
  torch::Tensor t = torch::empty(shape);
  float* v = t.data_ptr<float>();
  for (std::int64_t i = 0; i < t.numel(); ++i) {
    const double radius = std::sqrt(-2.0 * std::log(1.0 - noise.Uniform()));
    v[i] = static_cast<float>(deviation * radius * std::cos(2 * kPi * noise.Uniform()));
  }
  return t;
}

// A layer's size among the network's, see GraphNet::Initialized.
double GainOf(const model::Graph& graph, std::size_t node) {
  for (const Node& other : graph) {
    for (const int i : other.inputs) {
      if (static_cast<std::size_t>(i) != node) continue;
      if (other.op == Op::kDepthToSpace) return 0.1;
      if (other.op == Op::kEnlarge) return 0.2;
    }
  }
  return 1.0;
}

bool OfOneInput(const model::Graph& graph, const Node& node) {
  return node.inputs.size() == 1 && model::InputChannels(graph, node) == node.channels;
}

model::TensorArchive FreshLite(const model::Network& network, SeededNoise& noise) {
  model::TensorArchive archive;
  for (std::size_t n = 0; n < network.graph.size(); ++n) {
    const Node& node = network.graph[n];
    if (node.op != Op::kConv) continue;
    const std::int64_t inputs = model::InputChannels(network.graph, node);
    const double deviation = GainOf(network.graph, n) * std::sqrt(2.0 / (9.0 * inputs));
    const torch::Tensor kernel = Normal(noise, {node.channels, inputs, 3, 3}, deviation);
    const float* v = kernel.data_ptr<float>();
    archive.tensors[node.weights[0]] = {kernel.sizes().vec(), {v, v + kernel.numel()}};
    archive.tensors[node.weights[1]] = {
        {node.channels}, std::vector<float>(static_cast<std::size_t>(node.channels), 0.0f)};
  }
  archive.metadata[std::string(model::kNetworkKey)] = network.name;
  return archive;
}

}  // namespace

GraphNet GraphNet::Initialized(const model::Network& network, std::uint64_t seed,
                               bool reparameterized) {
  SeededNoise noise(seed, ~std::uint64_t{0});
  const bool lite = network.lite.has_value();
  GraphNet net = *FromArchive(
      lite ? FreshLite(network, noise) : FusionNet::Initialized(seed).ToArchive(), reparameterized);
  if (!reparameterized || !lite) return net;
  const torch::NoGradGuard no_grad;
  for (Layer& layer : net.layers_) {
    if (!layer.point.defined()) continue;
    // The sum of the parts is about as large as one kernel would be.
    const bool identity = layer.identity.defined();
    const double gain = GainOf(network.graph, layer.node);
    layer.first.mul_(identity ? 0.5 : 0.7);
    const double inputs = static_cast<double>(layer.point.size(1));
    layer.point.copy_(Normal(noise, layer.point.sizes(),
                             (identity ? 0.25 : 0.5) * gain * std::sqrt(2.0 / inputs)));
    if (identity) layer.identity.fill_(0.8 * gain);
  }
  return net;
}

StatusOr<GraphNet> GraphNet::FromArchive(const model::TensorArchive& archive,
                                         bool reparameterized) {
  GraphNet net;
  SEAFUSION_ASSIGN_OR_RETURN(net.network_, model::IdentifyNetwork(archive));
  const auto tensor = [&](const std::string& name) {
    const model::Tensor& t = archive.tensors.at(name);
    return torch::tensor(t.values, torch::kFloat32)
        .reshape(t.shape)
        .contiguous()
        .set_requires_grad(true);
  };
  for (std::size_t n = 0; n < net.network_.graph.size(); ++n) {
    const Node& node = net.network_.graph[n];
    if (node.weights.empty()) continue;
    net.layers_.push_back({n, tensor(node.weights[0]), tensor(node.weights[1]), {}, {}});
  }
  if (reparameterized) net.AddParts();
  return net;
}

void GraphNet::AddParts() {
  for (Layer& layer : layers_) {
    const Node& node = network_.graph[layer.node];
    if (node.op != Op::kConv || node.kernel != 3) continue;
    const torch::Tensor& kernel = layer.first;
    layer.point = torch::zeros({kernel.size(0), kernel.size(1), 1, 1}).set_requires_grad(true);
    if (OfOneInput(network_.graph, node)) {
      layer.identity = torch::zeros({kernel.size(0)}).set_requires_grad(true);
    }
  }
}

torch::Tensor GraphNet::Kernel(const Layer& layer) const {
  namespace F = torch::nn::functional;
  torch::Tensor kernel = layer.first;
  if (!layer.point.defined()) return kernel;
  torch::Tensor centre = layer.point;
  if (layer.identity.defined()) {
    centre = centre + torch::diag(layer.identity).unsqueeze(2).unsqueeze(3);
  }
  return kernel + F::pad(centre, F::PadFuncOptions({1, 1, 1, 1}));
}

torch::Tensor GraphNet::Forward(const torch::Tensor& vis, const torch::Tensor& inf) const {
  return Run(vis, inf, true);
}

torch::Tensor GraphNet::Unclamped(const torch::Tensor& vis, const torch::Tensor& inf) const {
  return Run(vis, inf, false);
}

torch::Tensor GraphNet::Run(const torch::Tensor& vis, const torch::Tensor& inf, bool clamp) const {
  std::size_t next = 0;
  return RunGraph(network_.graph, vis, inf,
                  [&](std::size_t) {
                    const Layer& layer = layers_[next++];
                    return NodeWeights{Kernel(layer), layer.second};
                  },
                  {.channels_last = channels_last_, .clamp = clamp});
}

std::vector<torch::Tensor*> GraphNet::Parts() {
  std::vector<torch::Tensor*> parts;
  for (Layer& layer : layers_) {
    for (torch::Tensor* part : {&layer.first, &layer.second, &layer.point, &layer.identity}) {
      if (part->defined()) parts.push_back(part);
    }
  }
  return parts;
}

void GraphNet::To(torch::Device device) {
  for (torch::Tensor* part : Parts()) *part = part->detach().to(device).set_requires_grad(true);
}

std::vector<torch::Tensor> GraphNet::parameter_tensors() const {
  std::vector<torch::Tensor> tensors;
  for (torch::Tensor* part : const_cast<GraphNet*>(this)->Parts()) tensors.push_back(*part);
  return tensors;
}

model::TensorArchive GraphNet::ToArchive() const {
  const torch::NoGradGuard no_grad;
  model::TensorArchive archive;
  const auto put = [&](const std::string& name, const torch::Tensor& t) {
    const torch::Tensor cpu = t.to(torch::kCPU, torch::kFloat32).contiguous();
    const float* data = cpu.data_ptr<float>();
    archive.tensors[name] = {cpu.sizes().vec(), std::vector<float>(data, data + cpu.numel())};
  };
  for (const Layer& layer : layers_) {
    const Node& node = network_.graph[layer.node];
    put(node.weights[0], Kernel(layer));
    put(node.weights[1], layer.second);
  }
  if (network_.lite) archive.metadata[std::string(model::kNetworkKey)] = network_.name;
  return archive;
}

}  // namespace seafusion::learn
