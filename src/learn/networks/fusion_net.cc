#include "learn/networks/fusion_net.h"

#include <cmath>
#include <map>
#include <utility>

#include "core/seeded_noise.h"
#include "core/status_macros.h"
#include "learn/libtorch.h"
#include "learn/networks/graph_forward.h"
#include "model/graph/fusion_graph.h"

namespace seafusion::learn {
namespace {

using model::Node;
using model::Op;

// Rows (1, 0, -1), (2, 0, -2), (1, 0, -1); convy is its transpose.
constexpr float kSobelX[9] = {1, 0, -1, 2, 0, -2, 1, 0, -1};
constexpr float kSobelY[9] = {1, 2, 1, 0, 0, 0, -1, -2, -1};

std::vector<float> SobelKernels(const float (&kernel)[9], std::size_t channels) {
  std::vector<float> values;
  for (std::size_t c = 0; c < channels; ++c) values.insert(values.end(), kernel, kernel + 9);
  return values;
}

}  // namespace

FusionNet FusionNet::Initialized(std::uint64_t seed) {
  SeededNoise noise(seed);
  model::TensorArchive archive;
  std::int64_t fan_in = 1;
  auto spec = model::FusionTensors().begin();  // in graph order
  for (const Node& node : model::FusionGraph()) {
    if (node.op == Op::kInput) continue;
    for (const std::string& name : node.weights) {
      std::size_t count = 1;
      for (std::int64_t d : spec->shape) count *= static_cast<std::size_t>(d);
      model::Tensor tensor{spec->shape, {}};
      if (node.op == Op::kGradient) {
        tensor.values = SobelKernels(name == node.weights[0] ? kSobelX : kSobelY,
                                     static_cast<std::size_t>(node.channels));
      } else {
        // The weight comes first and sets the fan-in of its bias.
        if (spec->shape.size() == 4) fan_in = static_cast<std::int64_t>(count) / spec->shape[0];
        const double bound = 1.0 / std::sqrt(static_cast<double>(fan_in));
        for (std::size_t i = 0; i < count; ++i) {
          tensor.values.push_back(static_cast<float>(bound * (2.0 * noise.Uniform() - 1.0)));
        }
      }
      archive.tensors.emplace(name, std::move(tensor));
      ++spec;
    }
  }
  return FusionNet(archive);
}

StatusOr<FusionNet> FusionNet::FromArchive(const model::TensorArchive& archive) {
  SEAFUSION_RETURN_IF_ERROR(model::CheckFusionWeights(archive));
  return FusionNet(archive);
}

FusionNet::FusionNet(const model::TensorArchive& checked) {
  for (const model::TensorSpec& spec : model::FusionTensors()) {
    const model::Tensor& tensor = checked.tensors.at(spec.name);
    torch::Tensor value =
        torch::tensor(tensor.values, torch::kFloat32).reshape(tensor.shape).contiguous();
    parameters_.push_back({spec.name, value.set_requires_grad(true)});
  }
}

model::TensorArchive FusionNet::ToArchive() const {
  model::TensorArchive archive;
  for (const Parameter& p : parameters_) {
    const torch::Tensor cpu = p.value.detach().to(torch::kCPU, torch::kFloat32).contiguous();
    const float* data = cpu.data_ptr<float>();
    archive.tensors[p.name] = {cpu.sizes().vec(), std::vector<float>(data, data + cpu.numel())};
  }
  return archive;
}

void FusionNet::To(torch::Device device) {
  for (Parameter& p : parameters_) {
    p.value = p.value.detach().to(device).set_requires_grad(true);
  }
}

void FusionNet::RemoveGradientStream() {
  const torch::NoGradGuard no_grad;
  for (Parameter& p : parameters_) {
    if (p.name.find(".convup.") == std::string::npos) continue;
    p.value.set_requires_grad(false).zero_();
  }
}

torch::Tensor FusionNet::Forward(const torch::Tensor& vis, const torch::Tensor& inf) const {
  std::size_t next = 0;  // parameters_ are in graph order, two a node
  return RunGraph(model::FusionGraph(), vis, inf, [&](std::size_t) {
    const Parameter* node = &parameters_[next];
    next += 2;
    return NodeWeights{node[0].value, node[1].value};
  });
}

std::vector<torch::Tensor> FusionNet::parameter_tensors() const {
  std::vector<torch::Tensor> tensors;
  for (const Parameter& p : parameters_) tensors.push_back(p.value);
  return tensors;
}

}  // namespace seafusion::learn
