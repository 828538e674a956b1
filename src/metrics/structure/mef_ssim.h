// Structural similarity for fused pictures, after multi-exposure fusion.
#ifndef SEAFUSION_METRICS_STRUCTURE_MEF_SSIM_H_
#define SEAFUSION_METRICS_STRUCTURE_MEF_SSIM_H_

#include "metrics/gray_image.h"
#include "metrics/simd/row_kernels.h"

namespace seafusion::metrics {

inline constexpr int kSsimSmallestSide = 11;
inline constexpr int kMsSsimSmallestSide = 44;

struct MefSsimResult {
  double single_scale = 0.0;
  double multi_scale = 0.0;  ///< Only when asked for.
};

/// Ma, Zeng, Wang 2015: in each 11 x 11 window the structure that a good fusion of the two sources
/// would have is compared with the fused one's; mean over windows, and the weighted product over
/// three scales. -1..1. Both sides at least kSsimSmallestSide, kMsSsimSmallestSide for multi_scale.
MefSsimResult MefSsim(const RowKernels& kernels, const Triple& images, bool multi_scale);

}  // namespace seafusion::metrics

#endif  // SEAFUSION_METRICS_STRUCTURE_MEF_SSIM_H_
