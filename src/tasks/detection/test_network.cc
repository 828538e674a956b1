#include "tasks/detection/test_network.h"

#include <initializer_list>
#include <string>

#include "model/protobuf_message.h"

namespace seafusion::tasks {
namespace {

using Message = model::ProtobufMessage;

// Numbers of fields and types: onnx/onnx.proto.
constexpr int kFloat = 1, kInt64 = 7;

Message Shape(std::initializer_list<std::int64_t> sides) {
  Message shape;
  for (const std::int64_t side : sides) shape.Add(1, Message().Int(1, side));
  return shape;
}

Message Value(const std::string& name, const Message& shape) {
  return Message().Text(1, name).Add(2, Message().Add(1, Message().Int(1, kFloat).Add(2, shape)));
}

Message Node(const std::string& type, std::initializer_list<const char*> inputs,
             const std::string& output) {
  Message node;
  for (const char* input : inputs) node.Text(1, input);
  return node.Text(2, output).Text(3, output).Text(4, type);
}

Message Constant(const std::string& name, std::initializer_list<std::int64_t> sides,
                 const std::vector<float>& values) {
  Message m;
  for (const std::int64_t side : sides) m.Int(1, side);
  return m.Int(2, kFloat).Text(8, name).Floats(9, values);
}

}  // namespace

std::vector<std::uint8_t> TestDetector(const std::vector<TestAnswer>& answers, int width,
                                       int height, float brightness) {
  const auto count = static_cast<std::int64_t>(answers.size());
  const auto columns = static_cast<std::int64_t>(5 + answers.front().classes.size());
  std::vector<float> weights, biases;
  for (const TestAnswer& a : answers) {
    std::vector<float> row = {a.centre_x, a.centre_y, a.width, a.height, a.objectness};
    row.insert(row.end(), a.classes.begin(), a.classes.end());
    for (std::size_t i = 0; i < row.size(); ++i) {
      biases.push_back(row[i]);
      weights.insert(weights.end(), {i == 4 ? brightness : 0, 0, 0});
    }
  }
  Message shape;
  shape.Int(1, 3).Int(2, kInt64).Text(8, "shape");
  std::vector<std::uint8_t> sides;
  for (const std::int64_t side : {std::int64_t{1}, count, columns}) {
    AppendLittleEndian<std::uint64_t>(static_cast<std::uint64_t>(side), sides);
  }
  shape.Bytes(9, sides);
  Message graph;
  graph.Text(2, "detector")
      .Add(1, Node("GlobalAveragePool", {"images"}, "mean"))
      .Add(1, Node("Conv", {"mean", "weights", "biases"}, "flat")
                  .Add(5, Message().Text(1, "kernel_shape").Int(8, 1).Int(8, 1).Int(20, 7)))
      .Add(1, Node("Reshape", {"flat", "shape"}, "output"))
      .Add(5, Constant("weights", {count * columns, 3, 1, 1}, weights))
      .Add(5, Constant("biases", {count * columns}, biases))
      .Add(5, shape)
      .Add(11, Value("images", Shape({1, 3, height, width})))
      .Add(12, Value("output", Shape({1, count, columns})));
  constexpr int kIrVersion = 7, kOpset = 13;
  return Message()
      .Int(1, kIrVersion)
      .Add(7, graph)
      .Add(8, Message().Text(1, "").Int(2, kOpset))
      .Take();
}

}  // namespace seafusion::tasks
