#include "model/espnetv2/espnetv2_graph.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <numeric>
#include <utility>

#include "core/status_macros.h"

namespace seafusion::model {
namespace {

constexpr int kSmallestSide = 32, kLargestSide = 8192;
constexpr int kProjected = 10;  // channels inside the decoder's pyramids

// Which grid a pyramid's branch works on; `tenths` of the map's side.
int GridSide(int side, int tenths) {
  constexpr int kLeast = 5;
  return std::max(kLeast, (side * tenths + 9) / 10);
}

int AfterStride2(int side) {
  return (side - 1) / 2 + 1;
}

// Appends nodes; each call returns the index of the one that it ends with.
class Builder {
 public:
  Builder(int width, int height, int classes) : classes_(classes) {
    input_ = Append(
        {.name = "input", .op = EspOp::kInput, .channels = 3, .height = height, .width = width});
  }

  EspGraph Build() {
    const int height = Node(input_).height, width = Node(input_).width;
    const int e1 =
        ConvNormAct("enc1", "base_net.level1", input_, {.channels = 32, .kernel = 3, .stride = 2});
    const int e2 = Down("base_net.level2_0", "enc2", e1, 128, 2);
    int e3 = Down("base_net.level3_0", "enc3_0", e2, 256, 3);
    for (int i = 0; i < 3; ++i) {
      e3 = Block("base_net.level3." + std::to_string(i), i == 2 ? "enc3" : "", e3, kWide);
    }
    int e4 = Down("base_net.level4_0", "enc4_0", e3, 512, 4);
    for (int i = 0; i < 7; ++i) {
      e4 = Block("base_net.level4." + std::to_string(i), i == 6 ? "enc4" : "", e4, kNarrow);
    }
    int d = Pyramid("bu_dec_l1", e4, 64, false);
    d = Pyramid("bu_dec_l2", Fused("2", e3, d), 48, false);
    d = Pyramid("bu_dec_l3", Fused("3", e2, d), 32, false);
    d = Pyramid("bu_dec_l4", Fused("4", e1, d), classes_, true);
    Resized("logits", d, height, width);
    return std::move(graph_);
  }

 private:
  using Dilations = std::array<int, 4>;
  static constexpr Dilations kWide = {1, 2, 3, 4};
  static constexpr Dilations kNarrow = {1, 1, 2, 3};  // where maps are small

  struct Conv {
    int channels = 0, kernel = 1, stride = 1, dilation = 1, groups = 1;
    bool bias = false;
  };

  const EspNode& Node(int index) const { return graph_[static_cast<std::size_t>(index)]; }
  int Append(EspNode node) {
    graph_.push_back(std::move(node));
    return static_cast<int>(graph_.size()) - 1;
  }
  // A node with the channels and the size of its first input.
  int Like(EspOp op, std::string name, std::string tensors, std::vector<int> inputs) {
    const EspNode first = Node(inputs[0]);
    return Append({.name = std::move(name),
                   .tensors = std::move(tensors),
                   .op = op,
                   .inputs = std::move(inputs),
                   .channels = first.channels,
                   .height = first.height,
                   .width = first.width});
  }

  int Convolved(const std::string& name, const std::string& tensors, int x, const Conv& c) {
    const int height = Node(x).height, width = Node(x).width;
    return Append({.name = name,
                   .tensors = tensors,
                   .op = EspOp::kConv,
                   .inputs = {x},
                   .channels = c.channels,
                   .height = c.stride == 2 ? AfterStride2(height) : height,
                   .width = c.stride == 2 ? AfterStride2(width) : width,
                   .kernel = c.kernel,
                   .stride = c.stride,
                   .dilation = c.dilation,
                   .groups = c.groups,
                   .bias = c.bias});
  }
  int Convolved(const std::string& name, int x, const Conv& c) {
    return Convolved(name, name, x, c);
  }
  int Norm(const std::string& name, int x) { return Like(EspOp::kNorm, name, name, {x}); }
  int Act(const std::string& name, const std::string& tensors, int x) {
    return Like(EspOp::kPrelu, name.empty() ? tensors : name, tensors, {x});
  }

  // Convolution, normalisation and slopes; `names` are their three places below `prefix`.
  int ConvNormAct(const std::string& name, const std::string& prefix, int x, const Conv& c,
                  const std::array<const char*, 3>& names = {".conv", ".bn", ".act"}) {
    const int normed = Norm(prefix + names[1], Convolved(prefix + names[0], x, c));
    return Act(name, prefix + names[2], normed);
  }
  static constexpr std::array<const char*, 3> kNumbered = {".cbr.0", ".cbr.1", ".cbr.2"};

  // The efficient spatial pyramid: branches of growing dilation, each added to the ones before.
  int Esp(const std::string& prefix, int x, int channels, int stride, const Dilations& dilations) {
    constexpr int kBranches = 4;
    const int n = channels / kBranches;
    const int reduced = ConvNormAct("", prefix + ".proj_1x1", x, {.channels = n, .groups = 4});
    std::vector<int> sums;
    for (int i = 0; i < kBranches; ++i) {
      const int branch = Convolved(prefix + ".spp_dw." + std::to_string(i) + ".conv", reduced,
                                   {.channels = n,
                                    .kernel = 3,
                                    .stride = stride,
                                    .dilation = dilations[static_cast<std::size_t>(i)],
                                    .groups = n});
      sums.push_back(i == 0 ? branch
                            : Like(EspOp::kSum, prefix + ".sum" + std::to_string(i), "",
                                   {branch, sums.back()}));
    }
    const int merged = Act("", prefix + ".br_after_cat.act",
                           Norm(prefix + ".br_after_cat.bn", Joined(prefix + ".cat", sums)));
    return Norm(prefix + ".conv_1x1_exp.bn", Convolved(prefix + ".conv_1x1_exp.conv", merged,
                                                       {.channels = channels, .groups = 4}));
  }

  int Block(const std::string& prefix, const std::string& name, int x, const Dilations& dilations) {
    const int core = Esp(prefix, x, Node(x).channels, 1, dilations);
    return Act(name, prefix + ".module_act", Like(EspOp::kSum, prefix + ".sum", "", {core, x}));
  }

  // Half the size: pooled input and pyramid side by side, and the picture itself added once more.
  int Down(const std::string& prefix, const std::string& name, int x, int channels, int pools) {
    const int pooled = Pooled(prefix + ".pooled", x);
    const int core = Esp(prefix + ".eesp", x, channels - Node(x).channels, 2, kWide);
    const int joined = Joined(prefix + ".cat", {pooled, core});
    int picture = input_;
    for (int i = 1; i <= pools; ++i) {
      picture = Pooled(prefix + (i == pools ? ".image_pooled" : ".image_pool" + std::to_string(i)),
                       picture);
    }
    const int three =
        ConvNormAct("", prefix + ".inp_reinf.0", picture, {.channels = 3, .kernel = 3});
    const int wide = Convolved(prefix + ".inp_reinf.1.conv", three, {.channels = channels});
    const int reinforced =
        Like(EspOp::kNorm, prefix + ".reinf", prefix + ".inp_reinf.1.bn", {wide});
    return Act(name, prefix + ".act", Like(EspOp::kSum, prefix + ".sum", "", {joined, reinforced}));
  }

  // Five scales of a few channels, then a convolution over the scales of each.
  int Pyramid(const std::string& prefix, int x, int channels, bool last) {
    const int reduced = ConvNormAct(prefix + ".proj", prefix + ".projection_layer", x,
                                    {.channels = kProjected}, kNumbered);
    const int height = Node(reduced).height, width = Node(reduced).width;
    constexpr std::array<int, 5> kTenths = {20, 15, 10, 5, 1};
    std::vector<int> stages;
    for (std::size_t i = 0; i < kTenths.size(); ++i) {
      const std::string name = prefix + ".stages." + std::to_string(i);
      const Conv conv = {.channels = kProjected, .kernel = 3, .groups = kProjected};
      if (kTenths[i] == 10) {
        stages.push_back(Convolved(name, reduced, conv));
        continue;
      }
      const bool larger = kTenths[i] > 10;
      const int h = GridSide(height, kTenths[i]), w = GridSide(width, kTenths[i]);
      const int grid =
          larger ? Resized(name + ".grid", reduced, h, w) : Averaged(name + ".grid", reduced, h, w);
      const int convolved = Convolved(name + ".conv", name, grid, conv);
      stages.push_back(larger ? Averaged(name, convolved, height, width)
                              : Resized(name, convolved, height, width));
    }
    const std::string merge = prefix + ".merge_layer";
    const int active =
        Act("", merge + ".0.br.1", Norm(merge + ".0.br.0", Joined(prefix + ".cat", stages)));
    const int shuffled = Like(EspOp::kShuffle, prefix + ".shuffled", "", {active});
    graph_.back().groups = static_cast<int>(kTenths.size());
    const int merged =
        ConvNormAct(prefix + ".merge", merge + ".2", shuffled,
                    {.channels = kProjected, .kernel = 3, .groups = kProjected}, kNumbered);
    if (last) return Convolved(prefix, merge + ".3", merged, {.channels = channels, .bias = true});
    const int wide = Convolved(merge + ".3", merged, {.channels = channels});
    return Act(prefix, prefix + ".br.br.1", Norm(prefix + ".br.br.0", wide));
  }

  // The encoder's map, weighed by a gate of its mean, and the decoder's, twice as large.
  int Fused(const std::string& level, int encoded, int decoded) {
    const std::string skip = "merge_enc_dec_l" + level, branch = "bu_br_l" + level;
    const int channels = Node(decoded).channels, in = Node(encoded).channels;
    const int mean = Append({.name = skip + ".mean",
                             .op = EspOp::kGlobalMean,
                             .inputs = {encoded},
                             .channels = in,
                             .height = 1,
                             .width = 1});
    const int gate = Like(EspOp::kSigmoid, skip + ".gate", "",
                          {Convolved(skip + ".wt_layer.1", mean, {.channels = channels})});
    const int body = ConvNormAct(
        "", skip + ".expansion_layer", encoded,
        {.channels = channels, .kernel = 3, .groups = std::gcd(in, channels)}, kNumbered);
    const int gated = Like(EspOp::kProduct, skip, "", {body, gate});
    const int enlarged =
        Resized(branch + ".enlarged", decoded, Node(gated).height, Node(gated).width);
    const int sum = Like(EspOp::kSum, branch + ".sum", "", {gated, enlarged});
    return Act(branch, branch + ".1", Norm(branch + ".0", sum));
  }

  int Pooled(const std::string& name, int x) {
    const int pooled = Like(EspOp::kMeanPool, name, "", {x});
    graph_.back().height = AfterStride2(Node(x).height);
    graph_.back().width = AfterStride2(Node(x).width);
    return pooled;
  }
  int Scaled(EspOp op, const std::string& name, int x, int height, int width) {
    const int scaled = Like(op, name, "", {x});
    graph_.back().height = height;
    graph_.back().width = width;
    return scaled;
  }
  int Resized(const std::string& name, int x, int height, int width) {
    return Scaled(EspOp::kResize, name, x, height, width);
  }
  int Averaged(const std::string& name, int x, int height, int width) {
    return Scaled(EspOp::kAdaptiveMean, name, x, height, width);
  }
  int Joined(const std::string& name, const std::vector<int>& parts) {
    const int joined = Like(EspOp::kConcat, name, "", parts);
    for (std::size_t i = 1; i < parts.size(); ++i) {
      graph_.back().channels += Node(parts[i]).channels;
    }
    return joined;
  }

  const int classes_;
  EspGraph graph_;
  int input_ = 0;
};

}  // namespace

StatusOr<EspGraph> Espnetv2Graph(int width, int height, int classes) {
  for (const int side : {width, height}) {
    if (side < kSmallestSide || side > kLargestSide || side % kEspnetv2Multiple != 0) {
      return InvalidArgument("sides of ESPNetv2's input are multiples of 16 in 32..8192, not " +
                             std::to_string(width) + " x " + std::to_string(height));
    }
  }
  return Builder(width, height, classes).Build();
}

const PublishedNetwork& Espnetv2Network() {
  static const PublishedNetwork network = [] {
    PublishedNetwork n = {.method = "espnetv2", .tensorflow = false, .tensors = {}, .unused = {}};
    const EspGraph graph = Builder(kSmallestSide, kSmallestSide, kEspnetv2Classes).Build();
    const auto add = [&](const std::string& name, std::vector<std::int64_t> shape) {
      n.tensors.push_back({{name, std::move(shape)}, name});
    };
    for (const EspNode& node : graph) {
      if (node.tensors.empty()) continue;
      const std::int64_t channels = node.channels;
      if (node.op == EspOp::kConv) {
        const int in = graph[static_cast<std::size_t>(node.inputs[0])].channels;
        add(node.tensors + ".weight", {channels, in / node.groups, node.kernel, node.kernel});
        if (node.bias) add(node.tensors + ".bias", {channels});
        continue;
      }
      add(node.tensors + ".weight", {channels});
      if (node.op != EspOp::kNorm) continue;
      for (const char* tensor : {".bias", ".running_mean", ".running_var"}) {
        add(node.tensors + tensor, {channels});
      }
    }
    for (const char* level : {"2", "3", "4"}) {
      n.unused.push_back("base_net.level" + std::string(level) + "_0.eesp.module_act.weight");
    }
    return n;
  }();
  return network;
}

std::int64_t MultiplyAdds(std::span<const EspNode> graph) {
  std::int64_t sum = 0;
  for (const EspNode& node : graph) {
    if (node.op != EspOp::kConv) continue;
    const int in = graph[static_cast<std::size_t>(node.inputs[0])].channels / node.groups;
    sum += std::int64_t{node.channels} * node.height * node.width * in * node.kernel * node.kernel;
  }
  return sum;
}

Status CheckEspnetv2Weights(const TensorArchive& weights, int classes) {
  const PublishedNetwork& network = Espnetv2Network();
  std::vector<TensorSpec> specs = SpecsOf(network);
  for (TensorSpec& spec : specs) {
    if (spec.name.starts_with(kEspnetv2Head)) spec.shape[0] = classes;
  }
  SEAFUSION_RETURN_IF_ERROR(CheckMethodArchive(weights, network.method, specs));
  for (const auto& [name, tensor] : weights.tensors) {
    if (name.ends_with(".running_var") &&
        std::any_of(tensor.values.begin(), tensor.values.end(), [](float v) { return v < 0; })) {
      return InvalidArgument("tensor " + name + " has a variance below 0");
    }
  }
  return OkStatus();
}

}  // namespace seafusion::model
