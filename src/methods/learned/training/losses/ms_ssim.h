// The multi-scale structural similarity that RFN-Nest is trained with.
#ifndef SEAFUSION_METHODS_LEARNED_TRAINING_LOSSES_MS_SSIM_H_
#define SEAFUSION_METHODS_LEARNED_TRAINING_LOSSES_MS_SSIM_H_

#include <torch/types.h>

namespace seafusion::methods {

/// Of two (N, 1, H, W), sides of at least 16, as the public code of RFN-Nest has it: five levels
/// with 2x2 means between them; Gaussian windows of 11 pixels (deviation 1.5; fewer pixels where a
/// level is smaller) without padding; a range of 255 where `a` exceeds 128, else 1; each level's
/// values mapped to (x + 1) / 2. The last level's factor enters four times, as there: 1 means
/// equal nonetheless.
torch::Tensor MsSsim(const torch::Tensor& a, const torch::Tensor& b);

}  // namespace seafusion::methods

#endif  // SEAFUSION_METHODS_LEARNED_TRAINING_LOSSES_MS_SSIM_H_
