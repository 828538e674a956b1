// Structural similarity as a loss (Wang et al., IEEE TIP 13, 2004).
#ifndef SEAFUSION_LEARN_LOSSES_SSIM_H_
#define SEAFUSION_LEARN_LOSSES_SSIM_H_

#include <torch/types.h>

namespace seafusion::learn {

struct SimilarityMaps {
  torch::Tensor luminance;  ///< (2 mean mean + c1) / (mean^2 + mean^2 + c1)
  torch::Tensor contrast;   ///< (2 covariance + c2) / (variance + variance + c2)
};

/// Of two (N, 1, H, W), by Gaussian windows of 11 pixels (deviation 1.5; fewer pixels where the
/// picture is smaller) without padding. SSIM is the product of both.
SimilarityMaps CompareStructure(const torch::Tensor& a, const torch::Tensor& b, double c1,
                                double c2);

}  // namespace seafusion::learn

#endif  // SEAFUSION_LEARN_LOSSES_SSIM_H_
