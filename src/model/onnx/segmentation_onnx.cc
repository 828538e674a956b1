#include "model/onnx/segmentation_onnx.h"

#include <cmath>
#include <new>
#include <set>
#include <string_view>
#include <utility>

#include <nlohmann/json.hpp>

#include "core/status_macros.h"
#include "core/text/printable.h"
#include "model/onnx/onnx_graph.h"
#include "model/segmentation_classes.h"
#include "model/weights/tensor_check.h"

namespace seafusion::model {
namespace {

constexpr char kFirst[] = "cp.resnet.conv1.weight";
constexpr char kLast[] = "conv_out.conv_out.weight";
constexpr double kEpsilon = 1e-5;  // of batch normalisation
constexpr int kCoarsest = 32;

std::vector<std::int64_t> ShapeOf(const TensorArchive& weights, const char* name) {
  const auto it = weights.tensors.find(name);
  return it == weights.tensors.end() ? std::vector<std::int64_t>() : it->second.shape;
}

// Follows SegmentationNet::Forward in evaluation. The first failure is kept; what is written after
// it is never looked at.
class Writer {
 public:
  /// Without `values` the weights are only checked: what it writes is of no use.
  Writer(const TensorArchive& weights, std::int64_t width, std::int64_t height, bool values)
      : weights_(weights), width_(width), height_(height), values_(values) {}

  StatusOr<std::vector<std::uint8_t>> Write() {
    const std::int64_t w = ShapeOf(weights_, kFirst)[0], classes = ShapeOf(weights_, kLast)[0];
    graph_.AddInput("picture", {1, 3, height_, width_});
    std::string x = Relu(Norm("cp.resnet.conv1", "cp.resnet.bn1", "picture", {w, 3, 7}, 2));
    x = graph_.AddOperator("MaxPool", {x}, "pool",
                           {{"kernel_shape", std::vector<std::int64_t>{3, 3}},
                            {"strides", std::vector<std::int64_t>{2, 2}},
                            {"pads", std::vector<std::int64_t>{1, 1, 1, 1}}});
    x = Stage("cp.resnet.layer1", x, w, w, 1);
    const std::string f8 = Stage("cp.resnet.layer2", x, w, 2 * w, 2);
    const std::string f16 = Stage("cp.resnet.layer3", f8, 2 * w, 4 * w, 2);
    const std::string f32 = Stage("cp.resnet.layer4", f16, 4 * w, 8 * w, 2);
    const std::string a32 = Refined("cp.arm32", f32, 8 * w, 2 * w);
    const std::string u32 = Block("cp.conv_head32", Resized(a32, 2 * w, 16), 2 * w, 2 * w, 3);
    const std::string c32 = Resized(a32, 2 * w, 8);
    const std::string a16 = Refined("cp.arm16", f16, 4 * w, 2 * w);
    const std::string c16 =
        Resized(Block("cp.sp16", Joined({u32, a16}), 4 * w, 2 * w, 1), 2 * w, 8);
    const std::string u16 = Block("cp.conv_head16", Resized(a16, 2 * w, 8), 2 * w, 2 * w, 3);
    const std::string a8 = Refined("cp.arm8", f8, 2 * w, 2 * w);
    const std::string c8 = Block("cp.sp8", Joined({u16, a8}), 4 * w, 2 * w, 1);
    const std::string gated =
        Product(Sigmoid(ConvNorm("cp.conv_fuse1", c32, 2 * w, 2 * w, 1)), c16);
    const std::string gate = Sigmoid(ConvNorm("cp.conv_fuse2", gated, 2 * w, 2 * w, 1));
    const std::string fused = Block("cp.conv_fuse", Product(c8, gate), 2 * w, 2 * w, 1);
    x = Block("conv_out.conv", fused, 2 * w, 2 * w, 3);
    x = Plain("conv_out.conv_out", x, {classes, 2 * w, 1});
    graph_.AddOperator("Resize", {x, "", "", Sizes(classes, 1)}, "scores",
                       {{"mode", std::string_view("linear")},
                        {"coordinate_transformation_mode", std::string_view("align_corners")}});
    graph_.AddOutput("scores", {1, classes, height_, width_});
    SEAFUSION_RETURN_IF_ERROR(failure_);
    SEAFUSION_RETURN_IF_ERROR(CheckNothingElse());
    return graph_.Take();
  }

 private:
  struct Shape {
    std::int64_t out, in, kernel;
  };

  std::string Name(const char* what) { return std::string(what).append(std::to_string(++count_)); }

  // Values of a tensor that has `shape`; zeros after a failure, none where they are only checked.
  std::vector<float> Values(const std::string& name, const std::vector<std::int64_t>& shape) {
    used_.insert(name);
    const auto it = weights_.tensors.find(name);
    Status status;
    if (it == weights_.tensors.end()) {
      status = InvalidArgument("tensor " + name + " is missing");
    } else if (it->second.shape != shape) {
      status = InvalidArgument("tensor " + name + " is " + ShapeName(it->second.shape) +
                               ", expected " + ShapeName(shape));
    } else {
      status = CheckFinite(name, it->second);
    }
    if (status.ok()) return values_ ? it->second.values : std::vector<float>();
    if (failure_.ok()) failure_ = status;
    if (!values_) return {};
    std::size_t size = 1;
    for (const std::int64_t side : shape) size *= static_cast<std::size_t>(side);
    return std::vector<float>(size);
  }

  std::string Convolved(const std::string& name, const std::vector<std::string>& inputs,
                        std::int64_t kernel, std::int64_t stride) {
    const std::int64_t pad = kernel / 2;
    return graph_.AddOperator("Conv", inputs, name + ".out",
                              {{"kernel_shape", std::vector{kernel, kernel}},
                               {"strides", std::vector{stride, stride}},
                               {"pads", std::vector{pad, pad, pad, pad}}});
  }

  std::string Plain(const std::string& conv, const std::string& x, Shape s) {
    const std::vector<std::int64_t> shape = {s.out, s.in, s.kernel, s.kernel};
    graph_.AddTensor(conv + ".weight", {.shape = shape, .values = Values(conv + ".weight", shape)});
    return Convolved(conv, {x, conv + ".weight"}, s.kernel, 1);
  }

  // A convolution with the batch normalisation behind it.
  std::string Norm(const std::string& conv, const std::string& bn, const std::string& x, Shape s,
                   std::int64_t stride = 1) {
    Tensor kernel{.shape = {s.out, s.in, s.kernel, s.kernel}, .values = {}};
    kernel.values = Values(conv + ".weight", kernel.shape);
    const std::vector<float> gamma = Values(bn + ".weight", {s.out}),
                             beta = Values(bn + ".bias", {s.out}),
                             mean = Values(bn + ".running_mean", {s.out}),
                             variance = Values(bn + ".running_var", {s.out});
    Tensor bias{.shape = {s.out}, .values = {}};
    const std::size_t each = kernel.values.size() / static_cast<std::size_t>(s.out);
    for (std::size_t o = 0; o < gamma.size(); ++o) {
      const double scale = gamma[o] / std::sqrt(variance[o] + kEpsilon);
      for (std::size_t i = 0; i < each; ++i) {
        float& v = kernel.values[o * each + i];
        v = static_cast<float>(v * scale);
      }
      bias.values.push_back(static_cast<float>(beta[o] - mean[o] * scale));
    }
    graph_.AddTensor(conv + ".weight", kernel);
    graph_.AddTensor(conv + ".bias", bias);
    return Convolved(conv, {x, conv + ".weight", conv + ".bias"}, s.kernel, stride);
  }

  std::string ConvNorm(const std::string& name, const std::string& x, std::int64_t in,
                       std::int64_t out, std::int64_t kernel) {
    return Norm(name + ".conv", name + ".bn", x, {out, in, kernel});
  }
  std::string Block(const std::string& name, const std::string& x, std::int64_t in,
                    std::int64_t out, std::int64_t kernel) {
    return graph_.AddOperator("LeakyRelu", {ConvNorm(name, x, in, out, kernel)}, Name("leaky"),
                              {{"alpha", 0.01f}});
  }
  std::string Relu(const std::string& x) { return graph_.AddOperator("Relu", {x}, Name("relu")); }
  std::string Sigmoid(const std::string& x) {
    return graph_.AddOperator("Sigmoid", {x}, Name("sigmoid"));
  }
  std::string Product(const std::string& a, const std::string& b) {
    return graph_.AddOperator("Mul", {a, b}, Name("product"));
  }
  std::string Joined(const std::vector<std::string>& parts) {
    return graph_.AddOperator("Concat", parts, Name("joined"), {{"axis", std::int64_t{1}}});
  }

  std::string Sizes(std::int64_t channels, std::int64_t divisor) {
    const std::string name = Name("sizes");
    graph_.AddIntegers(name,
                       std::vector{std::int64_t{1}, channels, height_ / divisor, width_ / divisor});
    return name;
  }
  std::string Resized(const std::string& x, std::int64_t channels, std::int64_t divisor) {
    return graph_.AddOperator("Resize", {x, "", "", Sizes(channels, divisor)}, Name("resized"),
                              {{"mode", std::string_view("linear")},
                               {"coordinate_transformation_mode", std::string_view("half_pixel")}});
  }

  std::string BasicBlock(const std::string& name, const std::string& x, std::int64_t in,
                         std::int64_t out, std::int64_t stride) {
    const std::string first = Relu(Norm(name + ".conv1", name + ".bn1", x, {out, in, 3}, stride));
    const std::string second = Norm(name + ".conv2", name + ".bn2", first, {out, out, 3});
    const std::string shortcut =
        in == out && stride == 1
            ? x
            : Norm(name + ".downsample.0", name + ".downsample.1", x, {out, in, 1}, stride);
    return Relu(graph_.AddOperator("Add", {second, shortcut}, Name("sum")));
  }
  std::string Stage(const std::string& name, const std::string& x, std::int64_t in,
                    std::int64_t out, std::int64_t stride) {
    return BasicBlock(name + ".1", BasicBlock(name + ".0", x, in, out, stride), out, out, 1);
  }

  std::string Refined(const std::string& name, const std::string& x, std::int64_t in,
                      std::int64_t out) {
    const std::string features = Block(name + ".conv", x, in, out, 3);
    const std::string mean = graph_.AddOperator("GlobalAveragePool", {features}, Name("mean"));
    return Product(features,
                   Sigmoid(Norm(name + ".conv_atten", name + ".bn_atten", mean, {out, out, 1})));
  }

  // Of the auxiliary head and the counters of batches nothing is wanted.
  Status CheckNothingElse() const {
    for (const auto& [name, tensor] : weights_.tensors) {
      if (!used_.contains(name) && !name.starts_with("conv_out16.") &&
          !name.ends_with("num_batches_tracked")) {
        return InvalidArgument("tensor " + Printable(name) +
                               " does not belong to the segmentation network");
      }
    }
    return OkStatus();
  }

  const TensorArchive& weights_;
  const std::int64_t width_, height_;
  const bool values_;
  OnnxGraph graph_{"segmentation"};
  std::set<std::string> used_;
  Status failure_;
  int count_ = 0;
};

StatusOr<std::vector<std::uint8_t>> Walk(const TensorArchive& weights, int width, int height,
                                         bool values) {
  if (!IsSegmentationNetwork(weights)) {
    return InvalidArgument("not a segmentation network: it lacks " + std::string(kFirst) + " or " +
                           kLast);
  }
  for (const int side : {width, height}) {
    if (side < kCoarsest || side > 8192 || side % kCoarsest != 0) {
      return InvalidArgument("sides of the network's input are multiples of 32 in 32..8192, not " +
                             std::to_string(width) + " x " + std::to_string(height));
    }
  }
  const std::vector<std::int64_t> first = ShapeOf(weights, kFirst), last = ShapeOf(weights, kLast);
  if (first[0] < 8 || first[0] > 256 || last[0] < 2 || last[0] > 255) {
    return InvalidArgument("a segmentation network of " + std::to_string(first[0]) +
                           " channels and " + std::to_string(last[0]) + " classes cannot be");
  }
  try {
    return Writer(weights, width, height, values).Write();
  } catch (const std::bad_alloc&) {
    return ResourceExhausted("no memory to write the network");
  }
}

}  // namespace

bool IsSegmentationNetwork(const TensorArchive& weights) {
  return ShapeOf(weights, kFirst).size() == 4 && ShapeOf(weights, kLast).size() == 4;
}

StatusOr<std::vector<std::uint8_t>> ExportSegmentationOnnx(const TensorArchive& weights, int width,
                                                           int height) {
  return Walk(weights, width, height, /*values=*/true);
}

Status CheckSegmentationWeights(const TensorArchive& weights) {
  return Walk(weights, kCoarsest, kCoarsest, /*values=*/false).status();
}

std::string SegmentationOnnxSettings(const TensorArchive& weights, int width, int height) {
  const auto classes = static_cast<std::size_t>(ShapeOf(weights, kLast)[0]);
  nlohmann::ordered_json names = nlohmann::ordered_json::array();
  nlohmann::ordered_json map;
  for (std::size_t i = 0; i < classes; ++i) {
    names.push_back(classes == kSegmentationClasses.size() ? std::string(kSegmentationClasses[i])
                                                           : "class " + std::to_string(i));
    map[std::to_string(i)] = names.back();
  }
  const nlohmann::ordered_json settings = {{"comment", "written by seafusion convert"},
                                           {"input_width", width},
                                           {"input_height", height},
                                           {"classes", classes},
                                           {"labels", names},
                                           {"map", map}};
  return settings.dump(2) + "\n";
}

}  // namespace seafusion::model
