#include "tasks/detection/detector/test_network.h"

#include <array>

#include "model/onnx/onnx_graph.h"

namespace seafusion::tasks {

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
  model::OnnxGraph graph("detector");
  graph.AddInput("images", {1, 3, std::int64_t{height}, std::int64_t{width}});
  graph.AddTensor("weights", {.shape = {count * columns, 3, 1, 1}, .values = weights});
  graph.AddTensor("biases", {.shape = {count * columns}, .values = biases});
  graph.AddIntegers("shape", std::array{std::int64_t{1}, count, columns});
  graph.AddOperator("GlobalAveragePool", {"images"}, "mean");
  graph.AddOperator("Conv", {"mean", "weights", "biases"}, "flat",
                    {{"kernel_shape", std::vector<std::int64_t>{1, 1}}});
  graph.AddOperator("Reshape", {"flat", "shape"}, "output");
  graph.AddOutput("output", {1, count, columns});
  return graph.Take();
}

}  // namespace seafusion::tasks
