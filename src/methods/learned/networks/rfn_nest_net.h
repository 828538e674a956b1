// RFN-Nest (Li, Wu, Kittler, Information Fusion 73, 2021): an auto-encoder with nested connections
// and a residual fusion network (RFN) at each of four scales.
#ifndef SEAFUSION_METHODS_LEARNED_NETWORKS_RFN_NEST_NET_H_
#define SEAFUSION_METHODS_LEARNED_NETWORKS_RFN_NEST_NET_H_

#include <array>
#include <vector>

#include <seafusion/status.h>
#include <torch/types.h>

#include "methods/learned/networks/layers.h"
#include "model/graph/fusion_graph.h"
#include "model/weights/safetensors.h"

namespace seafusion::methods {

/// Channels of the four scales are width times 1, 7/4, 5/2 and 13/4: 64, 112, 160 and 208 as
/// published (30 MB of weights). A multiple of 8.
inline constexpr int kRfnNestPublishedWidth = 64;

/// Smaller pictures cannot be padded by reflection after three poolings.
inline constexpr int kRfnNestSmallestSide = 16;

/// Auto-encoder and fusion network, by the names of the public checkpoints.
std::vector<model::TensorSpec> NestFuseTensors(int width);
std::vector<model::TensorSpec> RfnTensors(int width);

/// The width that a file of weights names in its metadata; the published one where it names none.
/// Fails with kInvalidArgument where that cannot be.
StatusOr<int> RfnNestWidth(const model::TensorArchive& archive);
/// Fails with kInvalidArgument if no network can have this width.
Status CheckRfnNestWidth(int width);

/// Features of the four scales, finest first.
using NestFeatures = std::array<torch::Tensor, 4>;

/// `picture`: (N, 1, H, W), 0..255, sides of at least kRfnNestSmallestSide.
NestFeatures NestEncode(const TensorSource& tensors, const torch::Tensor& picture);

NestFeatures FuseResidually(const TensorSource& tensors, const NestFeatures& ir,
                            const NestFeatures& vi);

/// (N, 1, H, W), not below 0, of no fixed range.
torch::Tensor NestDecode(const TensorSource& tensors, const NestFeatures& features);

/// Fuses `ir` and `vi`, (1, 1, H, W) in 0..255. Returns the same shape, of no fixed range; see
/// StretchRfnNest. `in_parts`: as the public code, pictures with a side above 512 are fused in four
/// parts that overlap by 5 pixels, whose mean counts there; else as a whole. Sides below
/// kRfnNestSmallestSide are first lengthened by repeating the border, which the public code cannot.
torch::Tensor FuseRfnNest(const TensorSource& tensors, const torch::Tensor& ir,
                          const torch::Tensor& vi, bool in_parts = true);

/// 255 (v - min) / (max - min + 1e-5) over the whole tensor, as the public code before it cuts off
/// the fraction.
torch::Tensor StretchRfnNest(const torch::Tensor& fused);

}  // namespace seafusion::methods

#endif  // SEAFUSION_METHODS_LEARNED_NETWORKS_RFN_NEST_NET_H_
