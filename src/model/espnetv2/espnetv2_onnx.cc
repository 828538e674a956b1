#include "model/espnetv2/espnetv2_onnx.h"

#include <cmath>
#include <cstddef>
#include <new>
#include <set>
#include <string_view>
#include <utility>

#include <nlohmann/json.hpp>

#include "core/memory/out_of_memory.h"
#include "core/status_macros.h"
#include "model/espnetv2/espnetv2_graph.h"
#include "model/espnetv2/espnetv2_head.h"
#include "model/onnx/onnx_graph.h"
#include "model/segmentation_classes.h"

namespace seafusion::model {
namespace {

constexpr double kEpsilon = 1e-5;  // of batch normalisation

using Sides = std::vector<std::int64_t>;

// For each of `to` samples the first and the last (exclusive) of `from` that are its mean.
std::pair<int, int> Window(int i, int from, int to) {
  const auto wide = static_cast<std::int64_t>(i) * from;
  return {static_cast<int>(wide / to), static_cast<int>((wide + from + to - 1) / to)};
}

class Writer {
 public:
  Writer(const TensorArchive& weights, EspGraph nodes)
      : weights_(weights), nodes_(std::move(nodes)) {}

  std::vector<std::uint8_t> Write() {
    const EspNode &first = nodes_.front(), &last = nodes_.back();
    graph_.AddInput("picture", {1, 3, first.height, first.width});
    names_.emplace_back("picture");
    for (std::size_t i = 1; i < nodes_.size(); ++i) {
      const std::string output = i + 1 == nodes_.size() ? "scores" : nodes_[i].name;
      // A convolution is written with the normalisation behind it.
      const bool folded = i + 1 < nodes_.size() && nodes_[i].op == EspOp::kConv &&
                          nodes_[i + 1].op == EspOp::kNorm &&
                          nodes_[i + 1].inputs[0] == static_cast<int>(i);
      if (!folded) Add(nodes_[i], output);
      names_.push_back(output);
    }
    graph_.AddOutput("scores", {1, last.channels, last.height, last.width});
    return graph_.Take(weights_.metadata);
  }

 private:
  const EspNode& Node(int index) const { return nodes_[static_cast<std::size_t>(index)]; }
  const std::string& Name(int index) const { return names_[static_cast<std::size_t>(index)]; }
  const EspNode& InputOf(const EspNode& node) const { return Node(node.inputs[0]); }
  const std::vector<float>& Values(const std::string& name) const {
    return weights_.tensors.at(name).values;
  }
  std::vector<std::string> Inputs(const EspNode& node) const {
    std::vector<std::string> names;
    for (const int i : node.inputs) names.push_back(Name(i));
    return names;
  }

  void Add(const EspNode& node, const std::string& output) {
    switch (node.op) {
      case EspOp::kInput:
        break;
      case EspOp::kConv:
        AddConv(node, nullptr, output);
        break;
      case EspOp::kNorm:
        if (InputOf(node).op == EspOp::kConv) {
          AddConv(InputOf(node), &node, output);
        } else {
          AddNorm(node, output);
        }
        break;
      case EspOp::kPrelu: {
        const std::string name = node.tensors + ".weight";
        graph_.AddTensor(name, {.shape = {node.channels, 1, 1}, .values = Values(name)});
        graph_.AddOperator("PRelu", {Name(node.inputs[0]), name}, output);
        break;
      }
      case EspOp::kMeanPool:
        // Runtimes differ in whether AveragePool counts its border.
        AddDepthwise(Name(node.inputs[0]), output, node.channels, 3, 2, 1);
        break;
      case EspOp::kAdaptiveMean:
        AddAdaptiveMean(node, output);
        break;
      case EspOp::kResize:
        AddResize(node, output);
        break;
      case EspOp::kConcat:
        graph_.AddOperator("Concat", Inputs(node), output, {{"axis", std::int64_t{1}}});
        break;
      case EspOp::kSum:
        graph_.AddOperator("Add", Inputs(node), output);
        break;
      case EspOp::kProduct:
        graph_.AddOperator("Mul", Inputs(node), output);
        break;
      case EspOp::kGlobalMean:
        graph_.AddOperator("GlobalAveragePool", Inputs(node), output);
        break;
      case EspOp::kSigmoid:
        graph_.AddOperator("Sigmoid", Inputs(node), output);
        break;
      case EspOp::kShuffle:
        AddShuffle(node, output);
        break;
    }
  }

  // y = x scale + shift, of a channel.
  std::pair<std::vector<double>, std::vector<double>> ScaleAndShift(const EspNode& norm) const {
    const auto &gamma = Values(norm.tensors + ".weight"), &beta = Values(norm.tensors + ".bias"),
               &mean = Values(norm.tensors + ".running_mean"),
               &variance = Values(norm.tensors + ".running_var");
    std::vector<double> scale, shift;
    for (std::size_t i = 0; i < gamma.size(); ++i) {
      scale.push_back(gamma[i] / std::sqrt(variance[i] + kEpsilon));
      shift.push_back(beta[i] - mean[i] * scale.back());
    }
    return {scale, shift};
  }

  void AddConv(const EspNode& node, const EspNode* norm, const std::string& output) {
    Tensor kernel = weights_.tensors.at(node.tensors + ".weight");
    std::vector<std::string> inputs = {Name(node.inputs[0]), node.tensors + ".weight"};
    if (norm != nullptr || node.bias) {
      Tensor bias{.shape = {node.channels}, .values = {}};
      if (node.bias) bias.values = Values(node.tensors + ".bias");
      bias.values.resize(static_cast<std::size_t>(node.channels));
      if (norm != nullptr) Fold(*norm, kernel, bias);
      graph_.AddTensor(node.tensors + ".bias", bias);
      inputs.push_back(node.tensors + ".bias");
    }
    graph_.AddTensor(node.tensors + ".weight", kernel);
    const std::int64_t k = node.kernel, d = node.dilation, pad = d * (k / 2), s = node.stride;
    graph_.AddOperator("Conv", inputs, output,
                       {{"kernel_shape", Sides{k, k}},
                        {"strides", Sides{s, s}},
                        {"dilations", Sides{d, d}},
                        {"group", std::int64_t{node.groups}},
                        {"pads", Sides{pad, pad, pad, pad}}});
  }

  void Fold(const EspNode& norm, Tensor& kernel, Tensor& bias) const {
    const auto [scale, shift] = ScaleAndShift(norm);
    const std::size_t each = kernel.values.size() / scale.size();
    for (std::size_t o = 0; o < scale.size(); ++o) {
      for (std::size_t i = 0; i < each; ++i) {
        float& v = kernel.values[o * each + i];
        v = static_cast<float>(v * scale[o]);
      }
      bias.values[o] = static_cast<float>(bias.values[o] * scale[o] + shift[o]);
    }
  }

  void AddNorm(const EspNode& node, const std::string& output) {
    const auto [scale, shift] = ScaleAndShift(node);
    const auto add = [&](const char* what, const std::vector<double>& values) {
      const std::string name = node.tensors + what;
      graph_.AddTensor(
          name, {.shape = {1, node.channels, 1, 1}, .values = {values.begin(), values.end()}});
      return name;
    };
    const std::string scaled = graph_.AddOperator(
        "Mul", {Name(node.inputs[0]), add(".scale", scale)}, node.name + ".scaled");
    graph_.AddOperator("Add", {scaled, add(".shift", shift)}, output);
  }

  // Means of kernel x kernel samples of each channel, zeros around counted.
  void AddDepthwise(const std::string& input, const std::string& output, int channels, int kernel,
                    std::int64_t stride, std::int64_t pad) {
    const int area = kernel * kernel;
    const std::string name = "mean" + std::to_string(kernel) + "x" + std::to_string(channels);
    if (constants_.insert(name).second) {
      graph_.AddTensor(name,
                       {.shape = {channels, 1, kernel, kernel},
                        .values = std::vector<float>(static_cast<std::size_t>(channels * area),
                                                     1.0f / static_cast<float>(area))});
    }
    graph_.AddOperator("Conv", {input, name}, output,
                       {{"kernel_shape", Sides{kernel, kernel}},
                        {"strides", Sides{stride, stride}},
                        {"group", std::int64_t{channels}},
                        {"pads", Sides{pad, pad, pad, pad}}});
  }

  void AddResize(const EspNode& node, const std::string& output) {
    const std::string sizes = output + ".sizes";
    graph_.AddIntegers(sizes, Sides{1, node.channels, node.height, node.width});
    graph_.AddOperator("Resize", {Name(node.inputs[0]), "", "", sizes}, output,
                       {{"mode", std::string_view("linear")},
                        {"coordinate_transformation_mode", std::string_view("align_corners")}});
  }

  void AddAdaptiveMean(const EspNode& node, const std::string& output) {
    const EspNode& from = InputOf(node);
    if (from.height % node.height == 0 && from.width % node.width == 0) {
      const std::int64_t h = from.height / node.height, w = from.width / node.width;
      graph_.AddOperator("AveragePool", {Name(node.inputs[0])}, output,
                         {{"kernel_shape", Sides{h, w}}, {"strides", Sides{h, w}}});
    } else if (2 * from.height == 3 * node.height && 2 * from.width == 3 * node.width) {
      AddThreeToTwo(node, output);
    } else {
      AddMatrixMean(node, output);
    }
  }

  // Of three rows or columns two: the mean of the first two and that of the last two.
  void AddThreeToTwo(const EspNode& node, const std::string& output) {
    const std::string name = "three_to_two." + std::to_string(node.channels);
    if (constants_.insert(name).second) {
      Tensor kernel{.shape = {4 * node.channels, 1, 3, 3}, .values = {}};
      for (int c = 0; c < node.channels; ++c) {
        for (int phase = 0; phase < 4; ++phase) {
          const int top = phase / 2, left = phase % 2;
          for (int at = 0; at < 9; ++at) {
            const int y = at / 3 - top, x = at % 3 - left;
            kernel.values.push_back(y >= 0 && y < 2 && x >= 0 && x < 2 ? 0.25f : 0.0f);
          }
        }
      }
      graph_.AddTensor(name, kernel);
    }
    const std::string phases =
        graph_.AddOperator("Conv", {Name(node.inputs[0]), name}, output + ".phases",
                           {{"kernel_shape", Sides{3, 3}},
                            {"strides", Sides{3, 3}},
                            {"group", std::int64_t{node.channels}}});
    graph_.AddOperator("DepthToSpace", {phases}, output,
                       {{"blocksize", std::int64_t{2}}, {"mode", std::string_view("CRD")}});
  }

  // Columns by a matrix from the right, then the same of the transposed map.
  void AddMatrixMean(const EspNode& node, const std::string& output) {
    const EspNode& from = InputOf(node);
    const Sides turned = {0, 1, 3, 2};
    std::string x = graph_.AddOperator(
        "MatMul", {Name(node.inputs[0]), MeanMatrix(from.width, node.width)}, output + ".columns");
    x = graph_.AddOperator("Transpose", {x}, output + ".turned", {{"perm", turned}});
    x = graph_.AddOperator("MatMul", {x, MeanMatrix(from.height, node.height)}, output + ".rows");
    graph_.AddOperator("Transpose", {x}, output, {{"perm", turned}});
  }

  std::string MeanMatrix(int from, int to) {
    const std::string name = "means." + std::to_string(from) + "." + std::to_string(to);
    if (!constants_.insert(name).second) return name;
    Tensor matrix{.shape = {from, to},
                  .values = std::vector<float>(static_cast<std::size_t>(from) *
                                               static_cast<std::size_t>(to))};
    for (int i = 0; i < to; ++i) {
      const auto [first, last] = Window(i, from, to);
      for (int k = first; k < last; ++k) {
        matrix.values[static_cast<std::size_t>(k) * static_cast<std::size_t>(to) +
                      static_cast<std::size_t>(i)] = 1.0f / static_cast<float>(last - first);
      }
    }
    graph_.AddTensor(name, matrix);
    return name;
  }

  void AddShuffle(const EspNode& node, const std::string& output) {
    const std::int64_t each = node.channels / node.groups;
    const std::string split = output + ".split", joined = output + ".joined";
    graph_.AddIntegers(split, Sides{1, node.groups, each, std::int64_t{node.height} * node.width});
    graph_.AddIntegers(joined, Sides{1, node.channels, node.height, node.width});
    std::string x = graph_.AddOperator("Reshape", {Name(node.inputs[0]), split}, output + ".parts");
    x = graph_.AddOperator("Transpose", {x}, output + ".turned", {{"perm", Sides{0, 2, 1, 3}}});
    graph_.AddOperator("Reshape", {x, joined}, output);
  }

  const TensorArchive& weights_;
  const EspGraph nodes_;
  OnnxGraph graph_{"ESPNetv2"};
  std::vector<std::string> names_;  // of what each node has been written as
  std::set<std::string> constants_;
};

}  // namespace

StatusOr<std::vector<std::uint8_t>> ExportEspnetv2Onnx(const TensorArchive& weights, int width,
                                                       int height) {
  try {
    const int classes = Espnetv2ClassesOf(weights);
    SEAFUSION_RETURN_IF_ERROR(CheckEspnetv2Weights(weights, classes));
    SEAFUSION_ASSIGN_OR_RETURN(EspGraph graph, Espnetv2Graph(width, height, classes));
    return Writer(weights, std::move(graph)).Write();
  } catch (const std::bad_alloc&) {
    return OutOfMemory("to write the network");
  }
}

std::string Espnetv2OnnxSettings(int width, int height) {
  using Json = nlohmann::ordered_json;
  Json map;
  for (int id = 0; id < kEspnetv2Classes; ++id) {
    map[std::to_string(id)] =
        std::string(kSegmentationClasses[static_cast<std::size_t>(LabelOfCityscapes(id))]);
  }
  constexpr std::size_t kMapped = 4;
  Json labels = Json::array(), ignored = Json::array();
  for (std::size_t label = 0; label < kSegmentationClasses.size(); ++label) {
    labels.push_back(std::string(kSegmentationClasses[label]));
    if (label >= kMapped) ignored.push_back(labels.back());
  }
  const Json settings = {{"comment", "written by seafusion convert; classes of Cityscapes"},
                         {"input_width", width},
                         {"input_height", height},
                         {"classes", kEspnetv2Classes},
                         {"mean", kImageNetMean},
                         {"deviation", kImageNetDeviation},
                         {"labels", labels},
                         {"map", map},
                         {"ignored", ignored},
                         {"evaluated", {"car", "person", "bike"}}};
  return settings.dump(2) + "\n";
}

std::string FineTunedEspnetv2OnnxSettings(const TensorArchive& weights, int width, int height) {
  using Json = nlohmann::ordered_json;
  const auto classes = static_cast<std::size_t>(Espnetv2ClassesOf(weights));
  Json labels = Json::array(), map;
  for (std::size_t i = 0; i < classes; ++i) {
    labels.push_back(classes == kSegmentationClasses.size() ? std::string(kSegmentationClasses[i])
                                                            : "class " + std::to_string(i));
    map[std::to_string(i)] = labels.back();
  }
  const Json settings = {{"comment", "written by seafusion segment; ESPNetv2, trained further"},
                         {"input_width", width},
                         {"input_height", height},
                         {"classes", classes},
                         {"mean", kImageNetMean},
                         {"deviation", kImageNetDeviation},
                         {"labels", labels},
                         {"map", map}};
  return settings.dump(2) + "\n";
}

}  // namespace seafusion::model
