#include "model/onnx/onnx_graph.h"

#include <utility>

#include <seafusion/version.h>

namespace seafusion::model {
namespace {

using Message = ProtobufMessage;

constexpr int kIrVersion = 7;  // the one that came with opset 13's ONNX 1.8
constexpr int kOpset = 13;
constexpr int kFloatType = 1, kInt64Type = 7;  // TensorProto

// AttributeProto; field 20 is the attribute's type.
Message AttributeMessage(const OnnxAttribute& attribute) {
  Message m;
  m.Text(1, attribute.name);
  if (const auto* number = std::get_if<std::int64_t>(&attribute.value)) {
    return m.Int(3, *number).Int(20, 2);
  }
  if (const auto* real = std::get_if<float>(&attribute.value)) return m.Float(2, *real).Int(20, 1);
  if (const auto* text = std::get_if<std::string_view>(&attribute.value)) {
    return m.Text(4, *text).Int(20, 3);
  }
  for (const std::int64_t v : std::get<std::vector<std::int64_t>>(attribute.value)) m.Int(8, v);
  return m.Int(20, 7);
}

// ValueInfoProto.
Message ValueMessage(std::string_view name, std::initializer_list<OnnxSide> sides) {
  Message shape;
  for (const OnnxSide& side : sides) {
    Message dimension;
    if (const auto* number = std::get_if<std::int64_t>(&side)) {
      dimension.Int(1, *number);
    } else {
      dimension.Text(2, std::get<std::string_view>(side));
    }
    shape.Add(1, dimension);
  }
  const Message tensor = Message().Int(1, kFloatType).Add(2, shape);
  return Message().Text(1, name).Add(2, Message().Add(1, tensor));
}

}  // namespace

OnnxGraph::OnnxGraph(std::string_view name) {
  graph_.Text(2, name);
}

void OnnxGraph::AddInput(std::string_view name, std::initializer_list<OnnxSide> shape) {
  graph_.Add(11, ValueMessage(name, shape));
}

void OnnxGraph::AddOutput(std::string_view name, std::initializer_list<OnnxSide> shape) {
  graph_.Add(12, ValueMessage(name, shape));
}

void OnnxGraph::AddTensor(std::string_view name, const Tensor& tensor) {
  Message m;
  for (const std::int64_t side : tensor.shape) m.Int(1, side);
  graph_.Add(5, m.Int(2, kFloatType).Text(8, name).Floats(9, tensor.values));
}

void OnnxGraph::AddIntegers(std::string_view name, std::span<const std::int64_t> values) {
  std::vector<std::uint8_t> raw;
  for (const std::int64_t v : values) {
    AppendLittleEndian<std::uint64_t>(static_cast<std::uint64_t>(v), raw);
  }
  graph_.Add(5, Message()
                    .Int(1, static_cast<std::int64_t>(values.size()))
                    .Int(2, kInt64Type)
                    .Text(8, name)
                    .Bytes(9, raw));
}

std::string OnnxGraph::AddOperator(std::string_view type, const std::vector<std::string>& inputs,
                                   const std::string& output,
                                   std::initializer_list<OnnxAttribute> attributes) {
  Message m;
  for (const std::string& input : inputs) m.Text(1, input);
  m.Text(2, output).Text(3, output).Text(4, type);
  for (const OnnxAttribute& attribute : attributes) m.Add(5, AttributeMessage(attribute));
  graph_.Add(1, m);
  return output;
}

std::vector<std::uint8_t> OnnxGraph::Take(const std::map<std::string, std::string>& metadata) {
  Message model;
  model.Int(1, kIrVersion).Text(2, "seafusion").Text(3, Version());
  model.Add(7, std::exchange(graph_, {}));
  model.Add(8, Message().Text(1, "").Int(2, kOpset));
  for (const auto& [key, value] : metadata) {
    model.Add(14, Message().Text(1, key).Text(2, value));
  }
  return model.Take();
}

}  // namespace seafusion::model
