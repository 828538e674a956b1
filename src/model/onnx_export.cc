#include "model/onnx_export.h"

#include <cstddef>
#include <initializer_list>
#include <new>
#include <string>
#include <string_view>
#include <utility>

#include <seafusion/version.h>

#include "core/status_macros.h"
#include "model/fusion_graph.h"
#include "model/protobuf_message.h"

namespace seafusion::model {
namespace {

using Message = ProtobufMessage;

constexpr int kIrVersion = 7;  // the one that came with opset 13's ONNX 1.8
constexpr int kOpset = 13;
constexpr int kFloatType = 1;  // TensorProto.FLOAT
constexpr std::string_view kOutputName = "fused";
constexpr std::string_view kHalfName = "half";

// NodeProto.attribute (field 5) of each kind; 20 is the attribute's type.
Message FloatAttribute(std::string_view name, float v) {
  return Message().Text(1, name).Float(2, v).Int(20, 1);
}
Message IntAttribute(std::string_view name, std::int64_t v) {
  return Message().Text(1, name).Int(3, v).Int(20, 2);
}
Message IntsAttribute(std::string_view name, std::initializer_list<std::int64_t> values) {
  Message m;
  m.Text(1, name);
  for (const std::int64_t v : values) m.Int(8, v);
  return m.Int(20, 7);
}

// ValueInfoProto of a batch x 1 x height x width picture.
Message PictureInfo(std::string_view name) {
  const auto dynamic = [](std::string_view dim) { return Message().Text(2, dim); };
  Message shape;
  shape.Add(1, dynamic("batch")).Add(1, Message().Int(1, 1));
  shape.Add(1, dynamic("height")).Add(1, dynamic("width"));
  const Message tensor = Message().Int(1, kFloatType).Add(2, shape);
  return Message().Text(1, name).Add(2, Message().Add(1, tensor));
}

Message Initializer(std::string_view name, const Tensor& tensor) {
  Message m;
  for (const std::int64_t side : tensor.shape) m.Int(1, side);
  return m.Int(2, kFloatType).Text(8, name).Floats(9, tensor.values);
}

// GraphProto: the network's nodes as ONNX operators.
class GraphWriter {
 public:
  Message Write(const TensorArchive& weights) {
    const std::vector<Node>& nodes = FusionGraph();
    message_.Text(2, "SeAFusion");
    for (std::size_t i = 0; i < nodes.size(); ++i) {
      const std::string output{i + 1 == nodes.size() ? kOutputName : nodes[i].name};
      names_.push_back(output);
      switch (nodes[i].op) {
        case Op::kInput:
          message_.Add(11, PictureInfo(output));
          break;
        case Op::kConv:
          AddConv(nodes[i], output);
          break;
        case Op::kGradient:
          AddGradient(nodes[i], output);
          break;
      }
    }
    for (const TensorSpec& spec : FusionTensors()) {
      message_.Add(5, Initializer(spec.name, weights.tensors.at(spec.name)));
    }
    message_.Add(5, Initializer(kHalfName, {.shape = {1}, .values = {0.5f}}));
    message_.Add(12, PictureInfo(kOutputName));
    return std::move(message_);
  }

 private:
  // Adds one operator and returns its output's name.
  std::string AddOperator(std::string_view type, const std::vector<std::string>& inputs,
                          const std::string& output,
                          std::initializer_list<Message> attributes = {}) {
    Message m;
    for (const std::string& input : inputs) m.Text(1, input);
    m.Text(2, output).Text(3, output).Text(4, type);
    for (const Message& attribute : attributes) m.Add(5, attribute);
    message_.Add(1, m);
    return output;
  }

  std::string AddConvolution(const Node& node, const std::vector<std::string>& inputs, int groups,
                             const std::string& output) {
    const std::int64_t k = node.kernel;
    const std::int64_t pad = k / 2;
    return AddOperator(
        "Conv", inputs, output,
        {IntsAttribute("kernel_shape", {k, k}), IntsAttribute("pads", {pad, pad, pad, pad}),
         IntAttribute("group", groups)});
  }

  std::string Concatenated(const Node& node) {
    if (node.inputs.size() == 1) return names_[static_cast<std::size_t>(node.inputs[0])];
    std::vector<std::string> inputs;
    for (const int i : node.inputs) inputs.push_back(names_[static_cast<std::size_t>(i)]);
    return AddOperator("Concat", inputs, node.name + ".input", {IntAttribute("axis", 1)});
  }

  // The steps of one node are named after it; the last one has the node's own name.
  void AddConv(const Node& node, const std::string& output) {
    const bool active = node.activation != Activation::kNone;
    const bool adds = node.add >= 0;
    std::string v = AddConvolution(node, {Concatenated(node), node.weights[0], node.weights[1]}, 1,
                                   adds || active ? node.name + ".convolution" : output);
    if (adds) {
      v = AddOperator("Add", {names_[static_cast<std::size_t>(node.add)], v},
                      active ? node.name + ".sum" : output);
    }
    switch (node.activation) {
      case Activation::kNone:
        break;
      case Activation::kLeakyRelu:
        AddOperator("LeakyRelu", {v}, output, {FloatAttribute("alpha", node.slope)});
        break;
      case Activation::kTanh01: {
        const std::string half{kHalfName};
        v = AddOperator("Tanh", {v}, node.name + ".tanh");
        v = AddOperator("Mul", {v, half}, node.name + ".halved");
        AddOperator("Add", {v, half}, output);
        break;
      }
    }
  }

  void AddGradient(const Node& node, const std::string& output) {
    const std::string& x = names_[static_cast<std::size_t>(node.inputs[0])];
    std::vector<std::string> magnitudes;
    for (const std::string& kernel : node.weights) {
      const std::string step = kernel.substr(0, kernel.rfind('.'));
      const std::string response = AddConvolution(node, {x, kernel}, node.channels, step);
      magnitudes.push_back(AddOperator("Abs", {response}, step + ".abs"));
    }
    AddOperator("Add", magnitudes, output);
  }

  Message message_;
  std::vector<std::string> names_;  // of each node's output
};

}  // namespace

StatusOr<std::vector<std::uint8_t>> ExportOnnx(const TensorArchive& weights) {
  SEAFUSION_RETURN_IF_ERROR(CheckFusionWeights(weights));
  try {
    Message model;
    model.Int(1, kIrVersion).Text(2, "seafusion").Text(3, Version());
    model.Add(7, GraphWriter().Write(weights));
    model.Add(8, Message().Text(1, "").Int(2, kOpset));
    for (const auto& [key, value] : weights.metadata) {
      model.Add(14, Message().Text(1, key).Text(2, value));
    }
    return model.Take();
  } catch (const std::bad_alloc&) {
    return ResourceExhausted("no memory to write the network");
  }
}

}  // namespace seafusion::model
