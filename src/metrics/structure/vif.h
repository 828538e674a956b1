// Visual information fidelity.
#ifndef SEAFUSION_METRICS_STRUCTURE_VIF_H_
#define SEAFUSION_METRICS_STRUCTURE_VIF_H_

#include "metrics/gray_image.h"
#include "metrics/simd/row_kernels.h"

namespace seafusion::metrics {

inline constexpr int kVifSmallestSide = 41;

struct VifValue {
  double infrared = 0.0;
  double visible = 0.0;
};

struct VifConventions {
  bool paper = false;
  bool f255 = false;
};

struct VifResult {
  VifValue paper;  ///< The products of the first scale saturate at 255.
  VifValue f255;
};

/// Pixel-domain multi-scale VIF of the fused picture with each source as reference (Sheikh, Bovik
/// 2006; Han et al. 2013): windows 17, 9, 5, 3, noise variance 2; from 0, higher than 1 is
/// possible. NaN when the reference is flat in every window. Only the conventions asked for are
/// computed; both together share the smaller scales. Both sides at least kVifSmallestSide.
VifResult VisualInformationFidelity(const RowKernels& kernels, const Triple& images,
                                    const VifConventions& wanted);

}  // namespace seafusion::metrics

#endif  // SEAFUSION_METRICS_STRUCTURE_VIF_H_
