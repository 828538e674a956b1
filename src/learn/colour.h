// fuse/rows/colour.h for tensors, with gradients.
#ifndef SEAFUSION_LEARN_COLOUR_H_
#define SEAFUSION_LEARN_COLOUR_H_

#include <torch/types.h>

namespace seafusion::learn {

/// `luma` (N, 1, H, W) and `chroma` (N, 2, H, W; Cr, Cb), 0..1, to (N, 3, H, W) clamped to 0..1.
/// The gradient is zero where a channel is clamped.
torch::Tensor RgbFromLuma(const torch::Tensor& luma, const torch::Tensor& chroma);

}  // namespace seafusion::learn

#endif  // SEAFUSION_LEARN_COLOUR_H_
