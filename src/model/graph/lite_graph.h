// The lite fusion network as a graph: a few narrow layers at half resolution say how to blend the
// two sources, about three thousand multiply-adds a pixel where SeAFusion needs 166 thousand.
#ifndef SEAFUSION_MODEL_GRAPH_LITE_GRAPH_H_
#define SEAFUSION_MODEL_GRAPH_LITE_GRAPH_H_

#include "model/graph/graph.h"

namespace seafusion::model {

struct LiteParameters {
  int channels = 16;    ///< Of the hidden layers, 8..64.
  int layers = 6;       ///< 3x3 convolutions in a row, 3..8.
  bool coarse = false;  ///< With the coarse path.
  bool operator==(const LiteParameters&) const = default;
};

inline constexpr int kMinLiteChannels = 8, kMaxLiteChannels = 64;
inline constexpr int kMinLiteLayers = 3, kMaxLiteLayers = 8;

/// Slope of every LeakyReLU in it.
inline constexpr float kLiteSlope = 0.1f;

/// Nodes: "inf", "vis"; "phases", both unshuffled by 2 (infrared first), 8 channels at half
/// resolution; "conv1" .. "convK", 3x3, LeakyReLU between them; "maps", the 12 channels of convK
/// shuffled to three at full resolution; "fused", their blend, clamped to 0..1. Tensors:
/// "convI.weight", "convI.bias".
///
/// The coarse path, once for F = 4 and once for F = 16: "coarseF.mean", the phases averaged over F
/// x F; "coarseF.conv1" .. "coarseF.conv3", 3x3 with repeated borders, LeakyReLU between them;
/// "coarseF", bilinear, back at half resolution and added to conv1 before its activation. It sees
/// several hundred pixels for about 95 multiply-adds a pixel (C = 16).
///
/// `parameters` must lie in their ranges.
Graph LiteGraph(const LiteParameters& parameters);

}  // namespace seafusion::model

#endif  // SEAFUSION_MODEL_GRAPH_LITE_GRAPH_H_
