#include "model/methods/method_graphs.h"

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "model/graph/graph_builder.h"

namespace seafusion::model {
namespace {

// How the layers of one network are alike.
struct Style {
  Border border = Border::kZero;
  float slope = 0.0f;  // of leaky ReLU
};

class MethodBuilder : public GraphBuilder {
 public:
  explicit MethodBuilder(const Style& style) : style_(style) {}

  // `tensors`: their name without ".weight" and ".bias".
  int Conv(std::string name, const std::string& tensors, std::vector<int> inputs, int channels,
           int kernel = 3, Activation activation = Activation::kLeakyRelu) {
    return Push({.name = std::move(name),
                 .op = Op::kConv,
                 .inputs = std::move(inputs),
                 .channels = channels,
                 .kernel = kernel,
                 .border = style_.border,
                 .activation = activation,
                 .slope = activation == Activation::kLeakyRelu ? style_.slope : 0.0f,
                 .weights = {tensors + ".weight", tensors + ".bias"}});
  }
  int Conv(const std::string& name, std::vector<int> inputs, int channels) {
    return Conv(name, name, std::move(inputs), channels);
  }

  // Layers that each see all those before them, the newest first; that order is returned, too.
  std::vector<int> DenseBlock(const std::string& prefix, std::vector<int> maps, int layers,
                              int channels) {
    for (int k = 1; k <= layers; ++k) {
      const std::string layer = "encoder.dense_block_conv" + std::to_string(k);
      maps.insert(maps.begin(), Conv(prefix + layer, layer, maps, channels));
    }
    return maps;
  }

 private:
  const Style style_;
};

}  // namespace

Graph DenseFuseGraph() {
  constexpr int kChannels = 16;
  MethodBuilder b({.border = Border::kReflect});  // slope 0: ReLU
  std::vector<std::vector<int>> encoded;
  for (const std::string_view input : {kInfraredInput, kVisibleInput}) {
    const std::string source(input);
    const int first =
        b.Conv(source + ".encoder.conv1_1", "encoder.conv1_1", {b.Input(source)}, kChannels);
    encoded.push_back(b.DenseBlock(source + ".", {first}, 3, kChannels));
  }
  std::vector<int> sums;
  for (std::size_t i = 0; i < encoded[0].size(); ++i) {
    sums.push_back(b.Push({.name = "sum" + std::to_string(encoded[0].size() - i),
                           .op = Op::kSum,
                           .inputs = {encoded[0][i], encoded[1][i]},
                           .channels = kChannels}));
  }
  int x = b.Conv("decoder.conv2_1", sums, 64);
  x = b.Conv("decoder.conv2_2", {x}, 32);
  x = b.Conv("decoder.conv2_3", {x}, 16);
  b.Conv("fused", "decoder.conv2_4", {x}, 1, 3, Activation::kNone);
  return b.Take();
}

Graph U2FusionGraph() {
  constexpr int kChannels = 44;
  MethodBuilder b({.border = Border::kReflect, .slope = 0.2f});
  const int infrared = b.Input(kInfraredInput), visible = b.Input(kVisibleInput);
  const int first = b.Conv("encoder.conv1_1", {infrared, visible}, kChannels);
  int x = b.Conv("decoder.conv2_1", b.DenseBlock("", {first}, 5, kChannels), 128);
  x = b.Conv("decoder.conv2_2", {x}, 64);
  x = b.Conv("decoder.conv2_3", {x}, 32);
  b.Conv("fused", "decoder.conv2_4", {x}, 1, 3, Activation::kTanh01);
  return b.Take();
}

Graph SdNetGraph() {
  constexpr int kChannels = 16, kLayers = 4;
  MethodBuilder b({.border = Border::kZero, .slope = 0.2f});
  std::vector<std::vector<int>> squeezed;
  for (const auto& [source, input] :
       {std::pair{std::string("ir"), kInfraredInput}, {std::string("vi"), kVisibleInput}}) {
    const std::string prefix = "squeeze." + source + ".conv";
    std::vector<int> maps = {
        b.Conv(prefix + "1", prefix + "1", {b.Input(input)}, kChannels, /*kernel=*/5)};
    for (int k = 2; k <= kLayers; ++k) {
      maps.push_back(b.Conv(prefix + std::to_string(k), maps, kChannels));
    }
    squeezed.push_back(maps);
  }
  std::vector<int> both;
  for (int k = 0; k < kLayers; ++k) {
    both.push_back(squeezed[0][static_cast<std::size_t>(k)]);
    both.push_back(squeezed[1][static_cast<std::size_t>(k)]);
  }
  b.Conv("fused", "squeeze.fuse", both, 1, /*kernel=*/1, Activation::kTanh01);
  return b.Take();
}

}  // namespace seafusion::model
