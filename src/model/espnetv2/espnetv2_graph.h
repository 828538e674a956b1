// ESPNetv2 for segmentation, scale 2.0 (Mehta et al., CVPR 2019; decoder and weights of
// sacmehta/EdgeNets), as data: what LibTorch runs, ONNX export writes and weights are checked
// against.
#ifndef SEAFUSION_MODEL_ESPNETV2_ESPNETV2_GRAPH_H_
#define SEAFUSION_MODEL_ESPNETV2_ESPNETV2_GRAPH_H_

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <seafusion/status.h>

#include "model/methods/method_weights.h"
#include "model/weights/safetensors.h"

namespace seafusion::model {

/// Classes of the output: Cityscapes' train ids 0..18; 19 was never a target of training.
inline constexpr int kEspnetv2Classes = 20;

/// Sides of the input are multiples of this: else the decoder's maps do not meet the encoder's.
inline constexpr int kEspnetv2Multiple = 16;

/// Of ImageNet, red first: the network takes (value - mean) / deviation of values in 0..1.
inline constexpr std::array<double, 3> kImageNetMean = {0.485, 0.456, 0.406};
inline constexpr std::array<double, 3> kImageNetDeviation = {0.229, 0.224, 0.225};

enum class EspOp : std::uint8_t {
  kInput,     ///< The normalised picture, 3 channels.
  kConv,      ///< Zeros around, `dilation * (kernel / 2)` wide.
  kNorm,      ///< Batch normalisation by its running statistics.
  kPrelu,     ///< v > 0 ? v : slope * v, a slope for each channel (of either sign, above 1 too).
  kMeanPool,  ///< 3 x 3, stride 2, zeros around that count: always divided by 9.
  kAdaptiveMean,  ///< Row i: mean of rows floor(i H / h) .. ceil((i + 1) H / h) - 1; columns alike.
  kResize,        ///< Bilinear, corners on corners: taken at i (H - 1) / (h - 1).
  kConcat,        ///< Over channels.
  kSum,           ///< Of two.
  kProduct,       ///< Of a map and a map, or of a map and a value for each channel.
  kGlobalMean,    ///< Over rows and columns, which become 1.
  kSigmoid,
  kShuffle,  ///< Channel s * (C / groups) + c becomes c * groups + s.
};

struct EspNode {
  std::string name;     ///< What its map is called, unique.
  std::string tensors;  ///< What the names of its tensors begin with; empty: it has none.
  EspOp op = EspOp::kInput;
  std::vector<int> inputs;  ///< Node indices.
  int channels = 0, height = 0, width = 0;
  int kernel = 1, stride = 1, dilation = 1, groups = 1;  ///< kConv; groups: kShuffle, too.
  bool bias = false;                                     ///< kConv.
};

/// Each node after its inputs; the last is the scores, of the picture's size.
using EspGraph = std::vector<EspNode>;

/// Of pictures of this size, with so many channels of scores. kInvalidArgument unless both sides
/// are multiples of 16 in 32..8192.
StatusOr<EspGraph> Espnetv2Graph(int width, int height, int classes = kEspnetv2Classes);

/// Its tensors in the order of the graph, named as in the public file. Built once; immutable.
const PublishedNetwork& Espnetv2Network();

/// The convolution that gives the scores: the tensors with `classes` rows, .weight and .bias.
inline constexpr char kEspnetv2Head[] = "bu_dec_l4.merge_layer.3";

/// Multiply-adds of the convolutions.
std::int64_t MultiplyAdds(std::span<const EspNode> graph);

/// As CheckMethodArchive, and that no variance is below 0.
Status CheckEspnetv2Weights(const TensorArchive& weights, int classes = kEspnetv2Classes);

}  // namespace seafusion::model

#endif  // SEAFUSION_MODEL_ESPNETV2_ESPNETV2_GRAPH_H_
