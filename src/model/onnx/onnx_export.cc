#include "model/onnx/onnx_export.h"

#include <cstddef>
#include <new>
#include <set>
#include <string>
#include <string_view>
#include <utility>

#include "core/status_macros.h"
#include "model/onnx/onnx_graph.h"

namespace seafusion::model {
namespace {

using Names = std::vector<std::string>;

constexpr std::string_view kOutputName = "fused";
constexpr int kMaxSide = 65536;

// A network's nodes as ONNX operators.
class GraphWriter {
 public:
  GraphWriter(const Network& network, const OnnxSize& size)
      : network_(network),
        size_(size),
        graph_(network.name == kSeAFusionName ? "SeAFusion" : network.name) {}

  std::vector<std::uint8_t> Write(const TensorArchive& weights) {
    const Graph& nodes = network_.graph;
    for (std::size_t i = 0; i < nodes.size(); ++i) {
      const std::string output{i + 1 == nodes.size() ? kOutputName : nodes[i].name};
      names_.push_back(output);
      AddNode(nodes[i], output);
    }
    for (const TensorSpec& spec : network_.tensors) {
      graph_.AddTensor(spec.name, weights.tensors.at(spec.name));
    }
    graph_.AddOutput(kOutputName,
                     {"batch", 1, Side(size_.height, "height"), Side(size_.width, "width")});
    return graph_.Take(weights.metadata);
  }

 private:
  static OnnxSide Side(int length, std::string_view name) {
    if (length > 0) return std::int64_t{length};
    return name;
  }
  bool fixed() const { return size_.width > 0; }

  const std::string& Name(int node) const { return names_[static_cast<std::size_t>(node)]; }
  const Node& NodeAt(int node) const { return network_.graph[static_cast<std::size_t>(node)]; }

  void AddNode(const Node& node, const std::string& output) {
    switch (node.op) {
      case Op::kInput:
        graph_.AddInput(output,
                        {"batch", 1, Side(size_.height, "height"), Side(size_.width, "width")});
        break;
      case Op::kConv:
        AddConv(node, output);
        break;
      case Op::kGradient:
        AddGradient(node, output);
        break;
      case Op::kSpaceToDepth:
        AddSpaceToDepth(node, output);
        break;
      case Op::kDepthToSpace: {
        const std::int64_t block = node.factor;
        Cut(node, output, [&](const std::string& to) {
          return graph_.AddOperator("DepthToSpace", {Name(node.inputs[0])}, to,
                                    {{"blocksize", block}, {"mode", std::string_view("CRD")}});
        });
        break;
      }
      case Op::kMaximum: {
        Names inputs;
        for (const int i : node.inputs) inputs.push_back(Name(i));
        Activated(node, output,
                  [&](const std::string& to) { return graph_.AddOperator("Max", inputs, to); });
        break;
      }
      case Op::kSum:
        Activated(node, output, [&](const std::string& to) {
          std::string v = Name(node.inputs[0]);
          for (std::size_t i = 1; i < node.inputs.size(); ++i) {
            const bool last = i + 1 == node.inputs.size();
            v = graph_.AddOperator("Add", {v, Name(node.inputs[i])},
                                   last ? to : node.name + ".sum" + std::to_string(i));
          }
          return v;
        });
        break;
      case Op::kBlend:
        AddBlend(node, output);
        break;
      case Op::kAveragePool: {
        const std::int64_t f = node.factor;
        graph_.AddOperator("AveragePool", {Name(node.inputs[0])}, output,
                           {{"kernel_shape", std::vector{f, f}},
                            {"strides", std::vector{f, f}},
                            {"ceil_mode", std::int64_t{1}},
                            {"count_include_pad", std::int64_t{0}}});
        break;
      }
      case Op::kEnlarge: {
        const auto f = static_cast<float>(node.factor);
        const std::string scales = Floats("scales." + std::to_string(node.factor), {1, 1, f, f});
        Cut(node, output, [&](const std::string& to) {
          return graph_.AddOperator(
              "Resize", {Name(node.inputs[0]), "", scales}, to,
              {{"mode", std::string_view("linear")},
               {"coordinate_transformation_mode", std::string_view("half_pixel")}});
        });
        break;
      }
    }
  }

  // Constants, each written once.
  std::string Floats(const std::string& name, std::vector<float> values) {
    if (constants_.insert(name).second) {
      const auto count = static_cast<std::int64_t>(values.size());
      graph_.AddTensor(name, {.shape = {count}, .values = std::move(values)});
    }
    return name;
  }
  std::string Integers(const std::string& name, const std::vector<std::int64_t>& values) {
    if (constants_.insert(name).second) graph_.AddIntegers(name, values);
    return name;
  }
  std::string Half() { return Floats("half", {0.5f}); }

  // Height and width of a map of this scale, as a tensor of two integers.
  std::string SizeAt(int scale) {
    const std::string name = "size." + std::to_string(scale);
    if (fixed()) {
      return Integers(name,
                      {SamplesAcross(size_.height, scale), SamplesAcross(size_.width, scale)});
    }
    if (!constants_.insert(name).second) return name;
    const std::string axes = Integers("size.axis", {0});
    const std::string pixels = scale == 1 ? name : SizeAt(1);
    if (scale == 1) {
      graph_.AddOperator("Shape", {std::string(kVisibleInput)}, "shape");
      graph_.AddOperator(
          "Slice", {"shape", Integers("size.first", {2}), Integers("size.last", {4}), axes}, name);
      return name;
    }
    graph_.AddOperator("Add", {pixels, Integers(name + ".less", {scale - 1})}, name + ".sum");
    return graph_.AddOperator("Div", {name + ".sum", Integers(name + ".scale", {scale})}, name);
  }

  // `make(name)` adds an operator of that name whose map reaches over the picture's end; what is
  // beyond is cut off.
  template <typename Make>
  void Cut(const Node& node, const std::string& output, const Make& make) {
    if (fixed()) {
      // Nothing lies beyond when the input's samples, enlarged, end where the node's do.
      const int factor = node.factor;
      const int in_scale = NodeAt(node.inputs[0]).scale;
      const auto ends = [&](int length) {
        return SamplesAcross(length, in_scale) * factor == SamplesAcross(length, node.scale);
      };
      if (ends(size_.width) && ends(size_.height)) {
        make(output);
        return;
      }
    }
    const std::string whole = make(node.name + ".whole");
    graph_.AddOperator(
        "Slice",
        {whole, Integers("cut.first", {0, 0}), SizeAt(node.scale), Integers("cut.axes", {2, 3})},
        output);
  }

  // `make(name)` adds an operator of that name; the activation follows it.
  template <typename Make>
  void Activated(const Node& node, const std::string& output, const Make& make) {
    if (node.activation == Activation::kNone) {
      make(output);
      return;
    }
    std::string v = make(node.name + ".sum");
    switch (node.activation) {
      case Activation::kNone:
        break;
      case Activation::kLeakyRelu:
        graph_.AddOperator("LeakyRelu", {v}, output, {{"alpha", node.slope}});
        break;
      case Activation::kTanh01:
        v = graph_.AddOperator("Tanh", {v}, node.name + ".tanh");
        v = graph_.AddOperator("Mul", {v, Half()}, node.name + ".halved");
        graph_.AddOperator("Add", {v, Half()}, output);
        break;
      case Activation::kClamp01:
        // max(0, min(1, v)). Not Clip, whose limits OpenCV 4.6 takes as attributes only, as before
        // opset 11.
        graph_.AddOperator("HardSigmoid", {v}, output, {{"alpha", 1.0f}, {"beta", 0.0f}});
        break;
    }
  }

  std::string AddConvolution(const Node& node, const Names& inputs, int groups,
                             const std::string& output) {
    const std::int64_t k = node.kernel;
    std::int64_t pad = k / 2;
    Names from = inputs;
    if (node.border != Border::kZero && pad > 0) {
      from[0] = graph_.AddOperator(
          "Pad",
          {inputs[0], Integers("border." + std::to_string(pad), {0, 0, pad, pad, 0, 0, pad, pad})},
          output + ".bordered",
          {{"mode", std::string_view(node.border == Border::kRepeat ? "edge" : "reflect")}});
      pad = 0;
    }
    return graph_.AddOperator("Conv", from, output,
                              {{"kernel_shape", std::vector{k, k}},
                               {"pads", std::vector{pad, pad, pad, pad}},
                               {"group", std::int64_t{groups}}});
  }

  std::string Concatenated(const Node& node) {
    if (node.inputs.size() == 1) return Name(node.inputs[0]);
    Names inputs;
    for (const int i : node.inputs) inputs.push_back(Name(i));
    return graph_.AddOperator("Concat", inputs, node.name + ".input", {{"axis", std::int64_t{1}}});
  }

  // The steps of one node are named after it; the last one has the node's own name.
  void AddConv(const Node& node, const std::string& output) {
    Activated(node, output, [&](const std::string& to) {
      const std::string first = node.add.empty() ? to : node.name + ".convolution";
      std::string v =
          AddConvolution(node, {Concatenated(node), node.weights[0], node.weights[1]}, 1, first);
      for (std::size_t i = 0; i < node.add.size(); ++i) {
        const bool last = i + 1 == node.add.size();
        v = graph_.AddOperator("Add", {Name(node.add[i]), v},
                               last ? to : node.name + ".sum" + std::to_string(i + 1));
      }
      return v;
    });
  }

  void AddGradient(const Node& node, const std::string& output) {
    const std::string& x = Name(node.inputs[0]);
    Names magnitudes;
    for (const std::string& kernel : node.weights) {
      const std::string step = kernel.substr(0, kernel.rfind('.'));
      const std::string response = AddConvolution(node, {x, kernel}, node.channels, step);
      magnitudes.push_back(graph_.AddOperator("Abs", {response}, step + ".abs"));
    }
    graph_.AddOperator("Add", magnitudes, output);
  }

  // The inputs have one channel each, so that ONNX's order of channels is that of PyTorch.
  void AddSpaceToDepth(const Node& node, const std::string& output) {
    const std::int64_t block = node.factor;
    Names phases;
    for (const int i : node.inputs) {
      const std::string& input = Name(i);
      std::string filled = input;
      const std::string pads = MissingAt(NodeAt(i).scale, node.factor);
      if (!pads.empty()) {
        filled = graph_.AddOperator("Pad", {input, pads}, input + ".filled",
                                    {{"mode", std::string_view("edge")}});
      }
      phases.push_back(
          graph_.AddOperator("SpaceToDepth", {filled}, input + ".phases", {{"blocksize", block}}));
    }
    graph_.AddOperator("Concat", phases, output, {{"axis", std::int64_t{1}}});
  }

  // Pads that fill a map of this scale up to whole blocks; empty where none are missing.
  std::string MissingAt(int scale, int block) {
    const std::string name = "missing." + std::to_string(scale);
    if (fixed()) {
      const std::int64_t h = SamplesAcross(size_.height, scale) % block;
      const std::int64_t w = SamplesAcross(size_.width, scale) % block;
      if (h == 0 && w == 0) return {};
      return Integers(name, {0, 0, 0, 0, 0, 0, h == 0 ? 0 : block - h, w == 0 ? 0 : block - w});
    }
    if (!constants_.insert(name).second) return name;
    // (block - size mod block) mod block of height and width, behind six zeros.
    const std::string by = Integers(name + ".block", {block});
    graph_.AddOperator("Mod", {SizeAt(scale), by}, name + ".over");
    graph_.AddOperator("Sub", {by, name + ".over"}, name + ".under");
    graph_.AddOperator("Mod", {name + ".under", by}, name + ".ends");
    return graph_.AddOperator("Concat",
                              {Integers(name + ".none", {0, 0, 0, 0, 0, 0}), name + ".ends"}, name,
                              {{"axis", std::int64_t{0}}});
  }

  void AddBlend(const Node& node, const std::string& output) {
    const auto map = [&](std::int64_t index) {
      const std::string at = std::to_string(index);
      return graph_.AddOperator("Slice",
                                {Name(node.inputs[0]), Integers("map." + at, {index}),
                                 Integers("map.end." + at, {index + 1}), Integers("map.axis", {1})},
                                node.name + ".map." + at);
    };
    const auto weighed = [&](std::int64_t index, int source) {
      const std::string name = node.name + ".weight." + std::to_string(index);
      const std::string weight = graph_.AddOperator("Add", {map(index), Half()}, name);
      return graph_.AddOperator("Mul", {weight, Name(source)}, name + ".times");
    };
    const std::string infrared = weighed(0, node.inputs[1]);
    const std::string visible = weighed(1, node.inputs[2]);
    const std::string both = graph_.AddOperator("Add", {infrared, visible}, node.name + ".sources");
    Activated(node, output, [&](const std::string& to) {
      return graph_.AddOperator("Add", {both, map(2)}, to);
    });
  }

  const Network& network_;
  const OnnxSize size_;
  OnnxGraph graph_;
  Names names_;  // of each node's output
  std::set<std::string> constants_;
};

}  // namespace

StatusOr<std::vector<std::uint8_t>> ExportOnnx(const Network& network, const TensorArchive& weights,
                                               const OnnxSize& size) {
  SEAFUSION_RETURN_IF_ERROR(network.CheckWeights(weights));
  const bool any = size.width == 0 && size.height == 0;
  for (const int side : {size.width, size.height}) {
    if (!any && (side < 1 || side > kMaxSide)) {
      return InvalidArgument("an ONNX file for pictures of " + std::to_string(size.width) + "x" +
                             std::to_string(size.height) + ": sides are 1 to " +
                             std::to_string(kMaxSide));
    }
  }
  for (const Node& node : network.graph) {
    if (node.op != Op::kSpaceToDepth) continue;
    for (const int i : node.inputs) {
      if (network.graph[static_cast<std::size_t>(i)].channels != 1) {
        return Unsupported("ONNX orders the phases of several channels in another way");
      }
    }
  }
  try {
    return GraphWriter(network, size).Write(weights);
  } catch (const std::bad_alloc&) {
    return ResourceExhausted("no memory to write the network");
  }
}

StatusOr<std::vector<std::uint8_t>> ExportOnnx(const TensorArchive& weights, const OnnxSize& size) {
  SEAFUSION_ASSIGN_OR_RETURN(const Network network, IdentifyNetwork(weights));
  return ExportOnnx(network, weights, size);
}

}  // namespace seafusion::model
