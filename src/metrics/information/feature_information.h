// Feature mutual information.
#ifndef SEAFUSION_METRICS_INFORMATION_FEATURE_INFORMATION_H_
#define SEAFUSION_METRICS_INFORMATION_FEATURE_INFORMATION_H_

#include "metrics/gray_image.h"
#include "metrics/simd/row_kernels.h"

namespace seafusion::metrics {

/// FMI on coefficients of the whole pictures' cosine transform (Haghighat, Aghagolzadeh, Seyedarabi
/// 2011; Haghighat, Razian 2014): normalised mutual information of 3 x 3 windows, mean of both
/// sources. 0..1. Coefficients below 1e-13 of the largest possible one are rounding noise and count
/// as 0. Both sides at least 3.
double FeatureMutualInformation(const RowKernels& kernels, const Triple& images);

}  // namespace seafusion::metrics

#endif  // SEAFUSION_METRICS_INFORMATION_FEATURE_INFORMATION_H_
