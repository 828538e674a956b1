// EvaluateMetrics on a chosen CPU target, for tests and benchmarks.
#ifndef SEAFUSION_METRICS_EVALUATE_H_
#define SEAFUSION_METRICS_EVALUATE_H_

#include <vector>

#include <seafusion/metrics.h>

#include "metrics/gray_image.h"
#include "metrics/simd/row_kernels.h"

namespace seafusion::metrics {

/// As the public EvaluateMetrics, on gray pictures of one size.
std::vector<MetricValue> EvaluateGray(const RowKernels& kernels, const Triple& images,
                                      const MetricRequest& request);

}  // namespace seafusion::metrics

#endif  // SEAFUSION_METRICS_EVALUATE_H_
