#include "model/methods/method_weights.h"

#include <algorithm>
#include <cstdint>
#include <utility>

#include "core/status_macros.h"
#include "core/text/printable.h"
#include "model/weights/tensor_check.h"

namespace seafusion::model {
namespace {

// A convolution and the names of its kernel and bias in the published file.
struct Layer {
  std::string name;
  std::int64_t in, out, kernel;
  std::string published_kernel, published_bias;
};

void Add(const Layer& layer, PublishedNetwork& network) {
  network.tensors.push_back(
      {{layer.name + ".weight", {layer.out, layer.in, layer.kernel, layer.kernel}},
       layer.published_kernel});
  network.tensors.push_back({{layer.name + ".bias", {layer.out}}, layer.published_bias});
}

// Layers of DenseFuse and U2Fusion: "encoder.conv1_1" stands under "PREFIXencoder/conv1_1/".
void AddSlashed(const std::string& part, const std::string& layer, std::int64_t in,
                std::int64_t out, const std::string& prefix, PublishedNetwork& network) {
  const std::string published = prefix + part + "/" + layer;
  Add({part + "." + layer, in, out, 3, published + "/kernel", published + "/bias"}, network);
}

PublishedNetwork DenseFuse() {
  PublishedNetwork network = {
      .method = "densefuse", .tensorflow = true, .tensors = {}, .unused = {}};
  AddSlashed("encoder", "conv1_1", 1, 16, "", network);
  AddSlashed("encoder", "dense_block_conv1", 16, 16, "", network);
  AddSlashed("encoder", "dense_block_conv2", 32, 16, "", network);
  AddSlashed("encoder", "dense_block_conv3", 48, 16, "", network);
  AddSlashed("decoder", "conv2_1", 64, 64, "", network);
  AddSlashed("decoder", "conv2_2", 64, 32, "", network);
  AddSlashed("decoder", "conv2_3", 32, 16, "", network);
  AddSlashed("decoder", "conv2_4", 16, 1, "", network);
  return network;
}

PublishedNetwork U2Fusion() {
  PublishedNetwork network = {
      .method = "u2fusion", .tensorflow = true, .tensors = {}, .unused = {}};
  constexpr std::int64_t kChannels = 44;
  AddSlashed("encoder", "conv1_1", 2, kChannels, "Generator/", network);
  for (int k = 1; k <= 5; ++k) {
    AddSlashed("encoder", "dense_block_conv" + std::to_string(k), kChannels * k, kChannels,
               "Generator/", network);
  }
  AddSlashed("decoder", "conv2_1", 6 * kChannels, 128, "Generator_1/", network);
  AddSlashed("decoder", "conv2_2", 128, 64, "Generator_1/", network);
  AddSlashed("decoder", "conv2_3", 64, 32, "Generator_1/", network);
  AddSlashed("decoder", "conv2_4", 32, 1, "Generator_1/", network);
  return network;
}

PublishedNetwork SdNet() {
  PublishedNetwork network = {.method = "sdnet", .tensorflow = true, .tensors = {}, .unused = {}};
  // `number` and `suffix`: "fusion_model/layer1_ir/w1_ir".
  const auto add = [&](const std::string& name, std::int64_t in, std::int64_t out,
                       std::int64_t kernel, const std::string& number, const std::string& suffix) {
    const std::string layer = "fusion_model/layer" + number + "_" + suffix + "/";
    const std::string end = number + "_" + suffix;
    Add({name, in, out, kernel, layer + "w" + end, layer + "b" + end}, network);
  };
  for (const std::string source : {"ir", "vi"}) {
    add("squeeze." + source + ".conv1", 1, 16, 5, "1", source);
    add("squeeze." + source + ".conv2", 16, 16, 3, "2", source);
    add("squeeze." + source + ".conv3", 32, 16, 3, "3", source);
    add("squeeze." + source + ".conv4", 48, 16, 3, "4", source);
  }
  add("squeeze.fuse", 128, 1, 1, "5", "fuse");
  add("decompose.split", 1, 128, 1, "6", "sept");
  for (const std::string source : {"ir", "vi"}) {
    add("decompose." + source + ".conv1", 128, 16, 3, "7", source);
    add("decompose." + source + ".conv2", 16, 4, 3, "8", source);
    add("decompose." + source + ".conv3", 4, 1, 3, "9", source);
  }
  return network;
}

PublishedNetwork Ifcnn() {
  PublishedNetwork network = {.method = "ifcnn", .tensorflow = false, .tensors = {}, .unused = {}};
  const auto add = [&](const std::string& name, std::vector<std::int64_t> shape) {
    network.tensors.push_back({{name, std::move(shape)}, name});
  };
  add("conv1.weight", {64, 3, 7, 7});
  for (const std::string layer : {"conv2", "conv3"}) {
    add(layer + ".conv.weight", {64, 64, 3, 3});
    for (const char* tensor : {"weight", "bias", "running_mean", "running_var"}) {
      add(layer + ".bn." + tensor, {64});
    }
  }
  add("conv4.weight", {3, 64, 1, 1});
  add("conv4.bias", {3});
  return network;
}

// FusionGAN and GANMcC keep the published names: "fusion_model/layer1_vi/w1_vi".
void AddGanPath(std::int64_t in, const std::string& suffix, PublishedNetwork& network) {
  std::int64_t channels = in;
  int number = 1;
  for (const auto& [out, kernel] : {std::pair{256, 5}, {128, 5}, {64, 3}, {32, 3}}) {
    const std::string end = std::to_string(number++) + suffix;
    const std::string layer = "fusion_model/layer" + end + "/";
    network.tensors.push_back(
        {{layer + "w" + end, {out, channels, kernel, kernel}}, layer + "w" + end});
    network.tensors.push_back({{layer + "b" + end, {out}}, layer + "b" + end});
    channels = out;
  }
}

void AddGanEnd(std::int64_t in, PublishedNetwork& network) {
  network.tensors.push_back({{"fusion_model/layer5/w5", {1, in, 1, 1}}, "fusion_model/layer5/w5"});
  network.tensors.push_back({{"fusion_model/layer5/b5", {1}}, "fusion_model/layer5/b5"});
}

PublishedNetwork FusionGan() {
  PublishedNetwork network = {
      .method = "fusiongan", .tensorflow = true, .tensors = {}, .unused = {}};
  AddGanPath(2, "", network);
  AddGanEnd(32, network);
  return network;
}

PublishedNetwork GanMcC() {
  PublishedNetwork network = {.method = "ganmcc", .tensorflow = true, .tensors = {}, .unused = {}};
  AddGanPath(3, "", network);
  AddGanPath(3, "_vi", network);
  AddGanEnd(128, network);
  return network;
}

}  // namespace

const std::vector<PublishedNetwork>& PublishedNetworks() {
  static const std::vector<PublishedNetwork> networks = {DenseFuse(), Ifcnn(),     U2Fusion(),
                                                         SdNet(),     FusionGan(), GanMcC()};
  return networks;
}

const PublishedNetwork* FindPublishedNetwork(std::string_view method) {
  const auto& all = PublishedNetworks();
  const auto it = std::find_if(all.begin(), all.end(),
                               [&](const PublishedNetwork& n) { return n.method == method; });
  return it == all.end() ? nullptr : &*it;
}

std::vector<TensorSpec> SpecsOf(const PublishedNetwork& network) {
  std::vector<TensorSpec> specs;
  for (const PublishedTensor& tensor : network.tensors) specs.push_back(tensor.spec);
  return specs;
}

Status CheckMethodArchive(const TensorArchive& archive, std::string_view method,
                          std::span<const TensorSpec> specs) {
  const auto it = archive.metadata.find(kMethodKey);
  if (it != archive.metadata.end() && it->second != method) {
    return InvalidArgument("holds weights of " + Printable(it->second) + ", not of " +
                           std::string(method));
  }
  SEAFUSION_RETURN_IF_ERROR(CheckTensors(archive, specs, std::string(method)));
  if (it == archive.metadata.end()) {
    return InvalidArgument(
        "does not say which method it is for: \"method\" is missing in its metadata");
  }
  for (const TensorSpec& spec : specs) {
    SEAFUSION_RETURN_IF_ERROR(CheckFinite(spec.name, archive.tensors.at(spec.name)));
  }
  return OkStatus();
}

}  // namespace seafusion::model
