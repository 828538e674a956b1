#include "methods/learned/networks/rfn_nest_net.h"

#include <algorithm>
#include <string>
#include <utility>

#include "core/status_macros.h"
#include "core/text/printable.h"
#include "core/text/text_value.h"
#include "learn/libtorch.h"

namespace seafusion::methods {
namespace {

namespace F = torch::nn::functional;

constexpr int kFirstChannels = 16;

std::array<int, 4> ScaleChannels(int width) {
  return {width, width * 7 / 4, width * 5 / 2, width * 13 / 4};
}

// Reflection pad, convolution, bias, ReLU.
torch::Tensor Layer(const TensorSource& tensors, const std::string& name, torch::TensorList maps) {
  return Convolve(tensors, name + ".conv2d", maps, Padding::kReflect).relu_();
}

torch::Tensor Block(const TensorSource& tensors, const std::string& name, torch::TensorList maps) {
  return Layer(tensors, name + ".denseblock.1", Layer(tensors, name + ".denseblock.0", maps));
}

torch::Tensor Pooled(const torch::Tensor& x) {
  return torch::max_pool2d(x, 2, 2);
}

// Twice as large, then padded on the right and below to the size of `like`.
torch::Tensor Up(const torch::Tensor& x, const torch::Tensor& like) {
  const torch::Tensor twice = F::interpolate(x, F::InterpolateFuncOptions()
                                                    .scale_factor(std::vector<double>{2.0, 2.0})
                                                    .mode(torch::kNearest));
  const std::int64_t across = like.size(3) - twice.size(3), down = like.size(2) - twice.size(2);
  if (across == 0 && down == 0) return twice;
  return F::pad(twice,
                F::PadFuncOptions({across / 2, across - across / 2, down / 2, down - down / 2})
                    .mode(torch::kReflect));
}

void AddLayer(std::vector<model::TensorSpec>& specs, const std::string& name, int in, int out,
              int kernel) {
  specs.push_back({name + ".conv2d.weight", {out, in, kernel, kernel}});
  specs.push_back({name + ".conv2d.bias", {out}});
}

void AddBlock(std::vector<model::TensorSpec>& specs, const std::string& name, int in, int out) {
  AddLayer(specs, name + ".denseblock.0", in, in / 2, 3);
  AddLayer(specs, name + ".denseblock.1", in / 2, out, 1);
}

torch::Tensor FuseWhole(const TensorSource& tensors, const torch::Tensor& ir,
                        const torch::Tensor& vi) {
  const std::int64_t height = ir.size(2), width = ir.size(3);
  const std::int64_t down = std::max<std::int64_t>(0, kRfnNestSmallestSide - height);
  const std::int64_t across = std::max<std::int64_t>(0, kRfnNestSmallestSide - width);
  const auto encoded = [&](const torch::Tensor& picture) {
    return NestEncode(tensors, torch::replication_pad2d(picture, {0, across, 0, down}));
  };
  return NestDecode(tensors, FuseResidually(tensors, encoded(ir), encoded(vi)))
      .slice(2, 0, height)
      .slice(3, 0, width);
}

}  // namespace

std::vector<model::TensorSpec> NestFuseTensors(int width) {
  const auto [c1, c2, c3, c4] = ScaleChannels(width);
  std::vector<model::TensorSpec> specs;
  AddLayer(specs, "conv0", 1, kFirstChannels, 1);
  AddBlock(specs, "DB1_0", kFirstChannels, c1);
  AddBlock(specs, "DB2_0", c1, c2);
  AddBlock(specs, "DB3_0", c2, c3);
  AddBlock(specs, "DB4_0", c3, c4);
  AddBlock(specs, "DB1_1", c1 + c2, c1);
  AddBlock(specs, "DB2_1", c2 + c3, c2);
  AddBlock(specs, "DB3_1", c3 + c4, c3);
  AddBlock(specs, "DB1_2", 2 * c1 + c2, c1);
  AddBlock(specs, "DB2_2", 2 * c2 + c3, c2);
  AddBlock(specs, "DB1_3", 3 * c1 + c2, c1);
  AddLayer(specs, "conv_out", c1, 1, 1);
  return specs;
}

std::vector<model::TensorSpec> RfnTensors(int width) {
  std::vector<model::TensorSpec> specs;
  int number = 1;
  for (const int c : ScaleChannels(width)) {
    // "bottelblock" is the name in the public checkpoints.
    const std::string block = "fusion_block" + std::to_string(number++);
    AddLayer(specs, block + ".conv_fusion", 2 * c, c, 3);
    AddLayer(specs, block + ".conv_ir", c, c, 3);
    AddLayer(specs, block + ".conv_vi", c, c, 3);
    AddLayer(specs, block + ".bottelblock.0", 2 * c, c, 1);
    AddLayer(specs, block + ".bottelblock.1", c, c, 3);
    AddLayer(specs, block + ".bottelblock.2", c, c, 3);
  }
  return specs;
}

Status CheckRfnNestWidth(int width) {
  if (width >= 8 && width <= 256 && width % 8 == 0) return OkStatus();
  return InvalidArgument("width " + std::to_string(width) + " is not a multiple of 8 in 8..256");
}

StatusOr<int> RfnNestWidth(const model::TensorArchive& archive) {
  const auto it = archive.metadata.find("width");
  if (it == archive.metadata.end()) return kRfnNestPublishedWidth;
  const auto width = NumberIn<int>(it->second);
  if (!width) {
    return InvalidArgument("the width in its metadata is no number: " + Printable(it->second));
  }
  SEAFUSION_RETURN_IF_ERROR(CheckRfnNestWidth(*width));
  return *width;
}

NestFeatures NestEncode(const TensorSource& tensors, const torch::Tensor& picture) {
  NestFeatures features;
  torch::Tensor x = Layer(tensors, "conv0", picture);
  for (std::size_t i = 0; i < features.size(); ++i) {
    features[i] = Block(tensors, "DB" + std::to_string(i + 1) + "_0", i == 0 ? x : Pooled(x));
    x = features[i];
  }
  return features;
}

NestFeatures FuseResidually(const TensorSource& tensors, const NestFeatures& ir,
                            const NestFeatures& vi) {
  NestFeatures fused;
  for (std::size_t i = 0; i < fused.size(); ++i) {
    const std::string block = "fusion_block" + std::to_string(i + 1);
    const torch::Tensor first = Layer(tensors, block + ".conv_fusion", {ir[i], vi[i]});
    torch::Tensor rest = Layer(
        tensors, block + ".bottelblock.0",
        {Layer(tensors, block + ".conv_ir", ir[i]), Layer(tensors, block + ".conv_vi", vi[i])});
    for (const char* layer : {".bottelblock.1", ".bottelblock.2"}) {
      rest = Layer(tensors, block + layer, rest);
    }
    fused[i] = first + rest;
  }
  return fused;
}

torch::Tensor NestDecode(const TensorSource& tensors, const NestFeatures& f) {
  const auto block = [&](const char* name, std::vector<torch::Tensor> skips,
                         const torch::Tensor& below) {
    skips.push_back(Up(below, skips.front()));
    return Block(tensors, name, skips);
  };
  const torch::Tensor d11 = block("DB1_1", {f[0]}, f[1]);
  const torch::Tensor d21 = block("DB2_1", {f[1]}, f[2]);
  const torch::Tensor d12 = block("DB1_2", {f[0], d11}, d21);
  const torch::Tensor d31 = block("DB3_1", {f[2]}, f[3]);
  const torch::Tensor d22 = block("DB2_2", {f[1], d21}, d31);
  const torch::Tensor d13 = block("DB1_3", {f[0], d11, d12}, d22);
  return Layer(tensors, "conv_out", d13);
}

torch::Tensor FuseRfnNest(const TensorSource& tensors, const torch::Tensor& ir,
                          const torch::Tensor& vi, bool in_parts) {
  constexpr std::int64_t kLargestWhole = 512, kOverlap = 2;
  const std::int64_t height = ir.size(2), width = ir.size(3);
  if (!in_parts || std::max(height, width) <= kLargestWhole) return FuseWhole(tensors, ir, vi);
  torch::Tensor sum = torch::zeros_like(ir), count = torch::zeros_like(ir);
  const std::int64_t y = height / 2, x = width / 2;
  for (const auto& [top, bottom] : {std::pair{std::int64_t{0}, std::min(y + kOverlap + 1, height)},
                                    std::pair{std::max<std::int64_t>(y - kOverlap, 0), height}}) {
    for (const auto& [left, right] : {std::pair{std::int64_t{0}, std::min(x + kOverlap + 1, width)},
                                      std::pair{std::max<std::int64_t>(x - kOverlap, 0), width}}) {
      const auto part = [&, t = top, b = bottom, l = left, r = right](const torch::Tensor& whole) {
        return whole.slice(2, t, b).slice(3, l, r);
      };
      part(sum).add_(FuseWhole(tensors, part(ir), part(vi)));
      part(count).add_(1);
    }
  }
  return sum / count;
}

torch::Tensor StretchRfnNest(const torch::Tensor& fused) {
  const torch::Tensor low = fused.min();
  return 255 * (fused - low) / (fused.max() - low + 1e-5);
}

}  // namespace seafusion::methods
