// Networks as data. A graph is what an engine compiles, ONNX export writes, training differentiates
// and weights are checked against; none of them knows a network by name.
#ifndef SEAFUSION_MODEL_GRAPH_GRAPH_H_
#define SEAFUSION_MODEL_GRAPH_GRAPH_H_

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "model/weights/tensor_check.h"

namespace seafusion::model {

/// Names of the two inputs, everywhere: nodes, ONNX files.
inline constexpr std::string_view kVisibleInput = "vis";   ///< Luma of the visible picture, 0..1.
inline constexpr std::string_view kInfraredInput = "inf";  ///< Infrared, 0..1.

enum class Op : std::uint8_t {
  kInput,     ///< A one-channel plane of the picture's size, kVisibleInput or kInfraredInput.
  kConv,      ///< k x k convolution, stride 1, bias; `border`; sum with `add`; activation.
  kGradient,  ///< |x * convx| + |x * convy|, depthwise 3x3; `border` (gradient residual stream).
  /// Pixel-unshuffle: channel 4 c + 2 dy + dx at (y, x) is channel c at (2 y + dy, 2 x + dx) of the
  /// concatenated inputs. An odd side's last column or row is repeated first.
  kSpaceToDepth,
  /// Pixel-shuffle, the inverse; what lies outside the picture is cut off.
  kDepthToSpace,
  kSum,      ///< Elementwise, of all inputs (at least two), which are alike in shape; activation.
  kMaximum,  ///< Elementwise, of all inputs (at least two), which are alike in shape; activation.
  /// Inputs: maps a, b, r (three channels in one node), the infrared, the visible plane. (a + 1/2)
  /// infrared + (b + 1/2) visible + r; activation.
  kBlend,
  /// Mean over factor x factor samples, starting at (0, 0); of those inside the picture where the
  /// last ones reach over it.
  kAveragePool,
  /// Bilinear, factor times as wide and high: sample (y, x) is taken at ((y + 1/2) / factor - 1/2,
  /// (x + 1/2) / factor - 1/2) of the input, whose border samples are repeated ("half pixel" in
  /// ONNX, align_corners=False in PyTorch); what lies outside the picture is cut off.
  kEnlarge,
};

enum class Activation : std::uint8_t {
  kNone,
  kLeakyRelu,  ///< v > 0 ? v : slope * v
  kTanh01,     ///< tanh(v) / 2 + 1/2, SeAFusion's output layer
  kClamp01,    ///< max(0, min(1, v))
};

/// What a 3x3 convolution reads outside the picture.
enum class Border : std::uint8_t {
  kZero,     ///< Zeros.
  kRepeat,   ///< The nearest sample inside.
  kReflect,  ///< The sample as far inside; the outermost one is not repeated.
};

/// One feature map and how it is computed. Borders are per layer: whatever lies outside the picture
/// is what `border` says for every node, not only for the inputs.
struct Node {
  std::string name;  ///< "vis_rgbd1.dense.conv1", unique.
  Op op = Op::kConv;
  std::vector<int> inputs;  ///< Node indices, concatenated over channels in this order.
  std::vector<int> add;     ///< kConv: nodes added before the activation, in this order.
  int channels = 0;         ///< Output channels.
  int kernel = 1;           ///< 1, 3 or 5.
  int factor = 1;           ///< Of kSpaceToDepth, kDepthToSpace (2), kAveragePool, kEnlarge.
  Border border = Border::kZero;
  Activation activation = Activation::kNone;
  float slope = 0.0f;  ///< For kLeakyRelu.
  /// Tensor names: kConv {weight OIHW, bias O}; kGradient {convx C1HW, convy C1HW}.
  std::vector<std::string> weights;
  /// Pixels of the picture a sample is wide and high. A map of a W x H picture has
  /// SamplesAcross(W, scale) x SamplesAcross(H, scale) samples.
  int scale = 1;
};

using Graph = std::vector<Node>;  ///< Each node after its inputs; the last is the fused luma.

/// pixels / scale, rounded up.
constexpr int SamplesAcross(int pixels, int scale) {
  return (pixels - 1) / scale + 1;
}

/// Number of input channels of a node: the sum over its `inputs`.
int InputChannels(std::span<const Node> graph, const Node& node);

/// For each node whether it needs the whole picture, so that no tile can compute it: the average
/// pools and all that follows from them, as far as the kEnlarge that brings them back. Engines
/// compute these once a picture, before its tiles (nn/engine.h). What a kAveragePool reads comes
/// from the inputs through kSpaceToDepth alone.
std::vector<bool> WholePictureNodes(std::span<const Node> graph);

/// Pixels around a tile that its result depends on, for tiles whose corners are multiples of
/// TileStep(); what WholePictureNodes() bring is not counted.
int Halo(std::span<const Node> graph);

/// Tiles start and end at multiples of this many pixels (or at the picture's border): 2 for a graph
/// that works at half resolution.
int TileStep(std::span<const Node> graph);

/// Side in pixels of the squares that the coarsest average is over; 0 without one.
int PictureBlock(std::span<const Node> graph);

/// Multiply-adds of the convolutions (and gradients) for a pixel of the picture.
double MultiplyAddsPerPixel(std::span<const Node> graph);

/// Every tensor the graph needs with its exact shape, in graph order.
std::vector<TensorSpec> TensorsOf(std::span<const Node> graph);

}  // namespace seafusion::model

#endif  // SEAFUSION_MODEL_GRAPH_GRAPH_H_
