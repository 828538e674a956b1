#include "learn/segmentation/networks/segmentation_net.h"

#include <array>
#include <cmath>
#include <numbers>
#include <string>
#include <utility>

#include "core/seeded_noise.h"
#include "core/status_macros.h"
#include "learn/libtorch.h"
#include "learn/segmentation/networks/espnetv2_modules.h"
#include "learn/segmentation/networks/global_batch_norm.h"
#include "learn/segmentation/networks/segmentation_modules.h"
#include "model/espnetv2/espnetv2_graph.h"
#include "model/espnetv2/espnetv2_head.h"

namespace seafusion::learn {
namespace {

namespace nn = torch::nn;

nn::Conv2d Conv(int in, int out, int kernel, int stride = 1) {
  return nn::Conv2d(
      nn::Conv2dOptions(in, out, kernel).stride(stride).padding(kernel / 2).bias(false));
}

torch::Tensor Resized(const torch::Tensor& x, const torch::Tensor& like, bool align_corners) {
  if (x.size(2) == like.size(2) && x.size(3) == like.size(3)) return x;
  return nn::functional::interpolate(
      x, nn::functional::InterpolateFuncOptions()
             .size(std::vector<std::int64_t>{like.size(2), like.size(3)})
             .mode(torch::kBilinear)
             .align_corners(align_corners));
}

torch::Tensor Activated(const torch::Tensor& x) {
  return torch::leaky_relu(x, 0.01);
}

// Convolution and BatchNorm, named as in the public code. What follows them differs.
struct ConvNormImpl : nn::Module {
  ConvNormImpl(int in, int out, int kernel)
      : conv(register_module("conv", Conv(in, out, kernel))),
        bn(register_module("bn", GlobalBatchNorm(out))) {}
  torch::Tensor forward(const torch::Tensor& x) { return bn(conv(x)); }
  nn::Conv2d conv;
  GlobalBatchNorm bn;
};
TORCH_MODULE(ConvNorm);

struct BasicBlockImpl : nn::Module {
  BasicBlockImpl(int in, int out, int stride)
      : conv1(register_module("conv1", Conv(in, out, 3, stride))),
        bn1(register_module("bn1", GlobalBatchNorm(out))),
        conv2(register_module("conv2", Conv(out, out, 3))),
        bn2(register_module("bn2", GlobalBatchNorm(out))) {
    if (in != out || stride != 1) {
      downsample = register_module("downsample",
                                   nn::Sequential(Conv(in, out, 1, stride), GlobalBatchNorm(out)));
    }
  }
  torch::Tensor forward(const torch::Tensor& x) {
    const torch::Tensor shortcut = downsample.is_empty() ? x : downsample->forward(x);
    return torch::relu(bn2(conv2(torch::relu(bn1(conv1(x))))) + shortcut);
  }
  nn::Conv2d conv1;
  GlobalBatchNorm bn1;
  nn::Conv2d conv2;
  GlobalBatchNorm bn2;
  nn::Sequential downsample{nullptr};
};
TORCH_MODULE(BasicBlock);

nn::Sequential Stage(int in, int out, int stride) {
  return nn::Sequential(BasicBlock(in, out, stride), BasicBlock(out, out, 1));
}

// ResNet-18 without its classifier.
struct BackboneImpl : nn::Module {
  explicit BackboneImpl(int w)
      : conv1(register_module("conv1", Conv(3, w, 7, 2))),
        bn1(register_module("bn1", GlobalBatchNorm(w))),
        layer1(register_module("layer1", Stage(w, w, 1))),
        layer2(register_module("layer2", Stage(w, 2 * w, 2))),
        layer3(register_module("layer3", Stage(2 * w, 4 * w, 2))),
        layer4(register_module("layer4", Stage(4 * w, 8 * w, 2))) {}
  // At 1/8, 1/16 and 1/32 of the size.
  std::array<torch::Tensor, 3> forward(const torch::Tensor& x) {
    const torch::Tensor first = torch::max_pool2d(torch::relu(bn1(conv1(x))), 3, 2, 1);
    const torch::Tensor f8 = layer2->forward(layer1->forward(first));
    const torch::Tensor f16 = layer3->forward(f8);
    return {f8, f16, layer4->forward(f16)};
  }
  nn::Conv2d conv1;
  GlobalBatchNorm bn1;
  nn::Sequential layer1, layer2, layer3, layer4;
};
TORCH_MODULE(Backbone);

// Attention refinement: each channel weighed by a function of its mean.
struct RefinementImpl : nn::Module {
  RefinementImpl(int in, int out)
      : conv(register_module("conv", ConvNorm(in, out, 3))),
        conv_atten(register_module("conv_atten", Conv(out, out, 1))),
        bn_atten(register_module("bn_atten", GlobalBatchNorm(out))) {}
  torch::Tensor forward(const torch::Tensor& x) {
    const torch::Tensor f = Activated(conv(x));
    return f * torch::sigmoid(bn_atten(conv_atten(torch::adaptive_avg_pool2d(f, {1, 1}))));
  }
  ConvNorm conv;
  nn::Conv2d conv_atten;
  GlobalBatchNorm bn_atten;
};
TORCH_MODULE(Refinement);

struct HeadImpl : nn::Module {
  HeadImpl(int in, int middle, int classes)
      : conv(register_module("conv", ConvNorm(in, middle, 3))),
        conv_out(register_module("conv_out", Conv(middle, classes, 1))) {}
  torch::Tensor forward(const torch::Tensor& x) { return conv_out(Activated(conv(x))); }
  ConvNorm conv;
  nn::Conv2d conv_out;
};
TORCH_MODULE(Head);

struct ContextPathImpl : nn::Module {
  explicit ContextPathImpl(int w)
      : resnet(register_module("resnet", Backbone(w))),
        arm32(register_module("arm32", Refinement(8 * w, 2 * w))),
        arm16(register_module("arm16", Refinement(4 * w, 2 * w))),
        arm8(register_module("arm8", Refinement(2 * w, 2 * w))),
        sp16(register_module("sp16", ConvNorm(4 * w, 2 * w, 1))),
        sp8(register_module("sp8", ConvNorm(4 * w, 2 * w, 1))),
        conv_head32(register_module("conv_head32", ConvNorm(2 * w, 2 * w, 3))),
        conv_head16(register_module("conv_head16", ConvNorm(2 * w, 2 * w, 3))),
        conv_fuse1(register_module("conv_fuse1", ConvNorm(2 * w, 2 * w, 1))),
        conv_fuse2(register_module("conv_fuse2", ConvNorm(2 * w, 2 * w, 1))),
        conv_fuse(register_module("conv_fuse", ConvNorm(2 * w, 2 * w, 1))) {}
  // For the main head and for the auxiliary one.
  std::pair<torch::Tensor, torch::Tensor> forward(const torch::Tensor& x) {
    const auto [f8, f16, f32] = resnet(x);
    const torch::Tensor a32 = arm32(f32);
    const torch::Tensor u32 = Activated(conv_head32(Resized(a32, f16, false)));
    const torch::Tensor c32 = Resized(a32, f8, false);
    const torch::Tensor a16 = arm16(f16);
    const torch::Tensor c16 = Resized(Activated(sp16(torch::cat({u32, a16}, 1))), f8, false);
    const torch::Tensor u16 = Activated(conv_head16(Resized(a16, f8, false)));
    const torch::Tensor c8 = Activated(sp8(torch::cat({u16, arm8(f8)}, 1)));
    const torch::Tensor gated = torch::sigmoid(conv_fuse1(c32)) * c16;
    const torch::Tensor gate = torch::sigmoid(conv_fuse2(gated));
    return {Activated(conv_fuse(c8 * gate)), a16};
  }
  Backbone resnet;
  Refinement arm32, arm16, arm8;
  ConvNorm sp16, sp8, conv_head32, conv_head16, conv_fuse1, conv_fuse2, conv_fuse;
};
TORCH_MODULE(ContextPath);

// Box and Muller; two uniforms for each value, so that values depend on their number alone.
float Normal(SeededNoise& noise) {
  const double radius = std::sqrt(-2.0 * std::log(1.0 - noise.Uniform()));
  return static_cast<float>(radius * std::cos(2.0 * std::numbers::pi * noise.Uniform()));
}

bool IsCounter(const std::string& name) {
  return name.ends_with("num_batches_tracked");
}

Status CheckShape(const SegmentationShape& shape) {
  if (shape.classes < 2 || shape.classes > 255) {
    return InvalidArgument("segmentation: " + std::to_string(shape.classes) +
                           " classes; 2 to 255 are possible");
  }
  if (shape.width < 8 || shape.width > 256 || shape.width % 8 != 0) {
    return InvalidArgument("segmentation: width " + std::to_string(shape.width) +
                           " is not a multiple of 8 in 8..256");
  }
  return OkStatus();
}

// Our own network.
struct BilateralModules : SegmentationModules {
  explicit BilateralModules(const SegmentationShape& s)
      : cp(register_module("cp", ContextPath(s.width))),
        conv_out(register_module("conv_out", Head(2 * s.width, 2 * s.width, s.classes))),
        conv_out16(register_module("conv_out16", Head(2 * s.width, s.width, s.classes))) {}

  SegmentationScores Scores(const torch::Tensor& rgb) override {
    const auto [main, auxiliary] = cp(rgb);
    return {Resized(conv_out(main), rgb, true), Resized(conv_out16(auxiliary), rgb, true)};
  }
  std::vector<torch::Tensor> Features(const torch::Tensor& rgb) override {
    const std::array<torch::Tensor, 3> maps = cp->resnet(rgb);
    return {maps[0], maps[1]};
  }
  bool InHead(const std::string& name) const override { return name.starts_with("conv_out"); }

  ContextPath cp;
  Head conv_out, conv_out16;
};

}  // namespace

std::vector<std::pair<std::string, torch::Tensor>> SegmentationModules::State() const {
  std::vector<std::pair<std::string, torch::Tensor>> state;
  for (const auto& p : named_parameters()) state.emplace_back(p.key(), p.value());
  for (const auto& b : named_buffers()) {
    if (!IsCounter(b.key())) state.emplace_back(b.key(), b.value());
  }
  return state;
}

SegmentationNet::SegmentationNet(const SegmentationShape& shape,
                                 std::shared_ptr<SegmentationModules> modules)
    : shape_(shape), modules_(std::move(modules)) {}

StatusOr<SegmentationNet> SegmentationNet::Initialized(const SegmentationShape& shape,
                                                       std::uint64_t seed) {
  SEAFUSION_RETURN_IF_ERROR(CheckShape(shape));
  auto modules = std::make_shared<BilateralModules>(shape);
  const torch::NoGradGuard no_grad;
  SeededNoise noise(seed);
  for (auto& p : modules->named_parameters()) {
    torch::Tensor& weight = p.value();
    if (weight.dim() != 4) continue;  // BatchNorm starts at 1 and 0
    const std::int64_t inputs = weight.numel() / weight.size(0);
    const auto fan_in = static_cast<double>(inputs);
    const double gain = p.key().starts_with("cp.resnet.") ? 2.0 : 1.0;
    const auto deviation = static_cast<float>(std::sqrt(gain / fan_in));
    std::vector<float> values(static_cast<std::size_t>(weight.numel()));
    for (float& v : values) v = deviation * Normal(noise);
    weight.copy_(torch::tensor(values).view(weight.sizes()));
  }
  return SegmentationNet(shape, std::move(modules));
}

StatusOr<SegmentationNet> SegmentationNet::FromArchive(const model::TensorArchive& archive) {
  if (model::IsEspnetv2(archive)) {
    const int classes = model::Espnetv2ClassesOf(archive);
    SEAFUSION_RETURN_IF_ERROR(model::CheckEspnetv2Weights(archive, classes));
    return SegmentationNet({.classes = classes, .width = 0},
                           std::make_shared<Espnetv2Modules>(archive, classes));
  }
  const auto find = [&](const char* name) -> StatusOr<const model::Tensor*> {
    const auto it = archive.tensors.find(name);
    if (it == archive.tensors.end()) {
      return InvalidArgument(std::string("not a segmentation network: no tensor ") + name);
    }
    if (it->second.shape.size() != 4) {
      return InvalidArgument(std::string(name) + ": shape " + model::ShapeName(it->second.shape) +
                             " is not that of a convolution");
    }
    return &it->second;
  };
  SEAFUSION_ASSIGN_OR_RETURN(const model::Tensor* first, find("cp.resnet.conv1.weight"));
  SEAFUSION_ASSIGN_OR_RETURN(const model::Tensor* last, find("conv_out.conv_out.weight"));
  const SegmentationShape shape{
      .classes = static_cast<int>(std::min<std::int64_t>(last->shape[0], 1000)),
      .width = static_cast<int>(std::min<std::int64_t>(first->shape[0], 1000))};
  SEAFUSION_RETURN_IF_ERROR(CheckShape(shape));

  auto modules = std::make_shared<BilateralModules>(shape);
  const torch::NoGradGuard no_grad;
  std::size_t used = 0;
  for (auto& [name, value] : modules->State()) {
    const auto it = archive.tensors.find(name);
    if (it == archive.tensors.end()) return InvalidArgument("no tensor " + name);
    const std::vector<std::int64_t> expected = value.sizes().vec();
    if (it->second.shape != expected) {
      return InvalidArgument(name + ": shape " + model::ShapeName(it->second.shape) + ", not " +
                             model::ShapeName(expected));
    }
    SEAFUSION_RETURN_IF_ERROR(model::CheckFinite(name, it->second));
    torch::Tensor target = value;
    target.copy_(torch::tensor(it->second.values).view(expected));
    ++used;
  }
  if (used != archive.tensors.size()) {
    for (const auto& [name, tensor] : archive.tensors) {
      if (IsCounter(name)) continue;
      bool known = false;
      for (const auto& entry : modules->State()) known = known || entry.first == name;
      if (!known) return InvalidArgument("a segmentation network has no tensor " + name);
    }
  }
  return SegmentationNet(shape, std::move(modules));
}

model::TensorArchive SegmentationNet::ToArchive() const {
  model::TensorArchive archive;
  for (const auto& [name, value] : modules_->State()) {
    const torch::Tensor cpu = value.detach().to(torch::kCPU, torch::kFloat32).contiguous();
    const float* data = cpu.data_ptr<float>();
    archive.tensors[name] = {cpu.sizes().vec(), std::vector<float>(data, data + cpu.numel())};
  }
  modules_->Describe(archive);
  return archive;
}

void SegmentationNet::To(torch::Device device) {
  modules_->to(device);
}

void SegmentationNet::SetTraining(bool training) {
  modules_->train(training);
}

void SegmentationNet::SetFrozen(bool frozen) {
  for (torch::Tensor& p : modules_->parameters()) p.set_requires_grad(!frozen);
}

void SegmentationNet::SetGroup(const std::shared_ptr<ProcessGroup>& group) {
  for (const auto& module : modules_->modules()) {
    if (auto* norm = module->as<GlobalBatchNormImpl>()) norm->set_group(group);
  }
}

std::vector<torch::Tensor> SegmentationNet::Statistics() const {
  std::vector<torch::Tensor> copies;
  for (const torch::Tensor& buffer : modules_->buffers()) copies.push_back(buffer.clone());
  return copies;
}

void SegmentationNet::RestoreStatistics(const std::vector<torch::Tensor>& statistics) {
  const torch::NoGradGuard no_grad;
  std::vector<torch::Tensor> buffers = modules_->buffers();
  for (std::size_t i = 0; i < buffers.size(); ++i) buffers[i].copy_(statistics[i]);
}

SegmentationScores SegmentationNet::Forward(const torch::Tensor& rgb) const {
  return modules_->Scores(rgb);
}

std::vector<torch::Tensor> SegmentationNet::Features(const torch::Tensor& rgb) const {
  return modules_->Features(rgb);
}

std::vector<SegmentationNet::ParameterGroup> SegmentationNet::parameter_groups() const {
  std::vector<ParameterGroup> groups;
  for (bool head : {false, true}) {
    for (bool convolution : {false, true}) groups.push_back({{}, head, convolution});
  }
  for (const auto& p : modules_->named_parameters()) {
    const std::size_t head = modules_->InHead(p.key()) ? 2 : 0;
    groups[head + (p.value().dim() == 4 ? 1 : 0)].tensors.push_back(p.value());
  }
  return groups;
}

}  // namespace seafusion::learn
