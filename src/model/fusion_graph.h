// The fusion network's topology as data (Tang 2022, Fig. 3, with the public code's differences).
// The one place that knows it: the engines walk it, ONNX export writes it, weights are checked
// against it.
#ifndef SEAFUSION_MODEL_FUSION_GRAPH_H_
#define SEAFUSION_MODEL_FUSION_GRAPH_H_

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include <seafusion/status.h>

#include "model/safetensors.h"

namespace seafusion::model {

enum class Op : std::uint8_t {
  kInput,  ///< A one-channel plane: "vis" (luma of the visible picture) or "inf" (infrared), 0..1.
  kConv,   ///< k x k convolution, stride 1, zero padding k/2, bias; optional `add`; activation.
  kGradient,  ///< |x * convx| + |x * convy|, depthwise 3x3, zero padding 1 (gradient residual
              ///< stream).
};

enum class Activation : std::uint8_t {
  kNone,
  kLeakyRelu,  ///< v > 0 ? v : slope * v
  kTanh01,     ///< tanh(v) / 2 + 1/2, the output layer
};

/// One feature map and how it is computed. Zero padding is per layer: whatever lies outside the
/// picture is zero for every node, not only for the input.
struct Node {
  std::string name;  ///< "vis_rgbd1.dense.conv1", unique.
  Op op = Op::kConv;
  std::vector<int> inputs;  ///< Node indices, concatenated over channels in this order.
  int add = -1;             ///< kConv: node added before the activation, or -1.
  int channels = 0;         ///< Output channels.
  int kernel = 1;           ///< 1 or 3.
  Activation activation = Activation::kNone;
  float slope = 0.0f;  ///< For kLeakyRelu.
  /// Tensor names: kConv {weight OIHW, bias O}; kGradient {convx C1HW, convy C1HW}.
  std::vector<std::string> weights;
};

/// Receptive-field radius of the whole network in pixels; a tile needs this much around it.
inline constexpr int kFusionHalo = 9;

/// All nodes, each after its inputs; the last one is the fused luma. Built once; immutable.
const std::vector<Node>& FusionGraph();

/// Number of input channels of a node: the sum over its `inputs`.
int InputChannels(std::span<const Node> graph, const Node& node);

struct TensorSpec {
  std::string name;
  std::vector<std::int64_t> shape;
};

/// Every tensor the network needs with its exact shape, in graph order (166,657 parameters in all).
const std::vector<TensorSpec>& FusionTensors();

/// Checks that the archive holds exactly the tensors of FusionTensors(). Messages name the first
/// tensor that is missing, unknown or of another shape, with both shapes.
Status CheckFusionWeights(const TensorArchive& archive);

}  // namespace seafusion::model

#endif  // SEAFUSION_MODEL_FUSION_GRAPH_H_
