// An ONNX network under construction (field numbers and types: onnx/onnx.proto).
#ifndef SEAFUSION_MODEL_ONNX_ONNX_GRAPH_H_
#define SEAFUSION_MODEL_ONNX_ONNX_GRAPH_H_

#include <cstdint>
#include <initializer_list>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "model/onnx/protobuf_message.h"
#include "model/weights/safetensors.h"

namespace seafusion::model {

struct OnnxAttribute {
  std::string_view name;
  std::variant<std::int64_t, float, std::string_view, std::vector<std::int64_t>> value;
};

/// A side of a value: a number, or a name for one that may be anything.
using OnnxSide = std::variant<std::int64_t, std::string_view>;

/// Operators of opset 13, in the order in which they run.
class OnnxGraph {
 public:
  explicit OnnxGraph(std::string_view name);

  /// Values of float32.
  void AddInput(std::string_view name, std::initializer_list<OnnxSide> shape);
  void AddOutput(std::string_view name, std::initializer_list<OnnxSide> shape);

  /// Constants.
  void AddTensor(std::string_view name, const Tensor& tensor);
  void AddIntegers(std::string_view name, std::span<const std::int64_t> values);

  /// Adds an operator with one output, which it is named after. Returns `output`.
  std::string AddOperator(std::string_view type, const std::vector<std::string>& inputs,
                          const std::string& output,
                          std::initializer_list<OnnxAttribute> attributes = {});

  /// The file. The graph is empty afterwards.
  std::vector<std::uint8_t> Take(const std::map<std::string, std::string>& metadata = {});

 private:
  ProtobufMessage graph_;
};

}  // namespace seafusion::model

#endif  // SEAFUSION_MODEL_ONNX_ONNX_GRAPH_H_
