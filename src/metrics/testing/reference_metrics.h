// Slow twins of the metrics: each formula as written, window by window, sharing no code with the
// real ones.
#ifndef SEAFUSION_METRICS_TESTING_REFERENCE_METRICS_H_
#define SEAFUSION_METRICS_TESTING_REFERENCE_METRICS_H_

#include <seafusion/metrics.h>

#include "metrics/gray_image.h"

namespace seafusion::metrics {

/// The value of a metric on the pictures `t`, which must be large enough for it.
double ReferenceValue(Metric metric, Convention convention, const Triple& t);

}  // namespace seafusion::metrics

#endif  // SEAFUSION_METRICS_TESTING_REFERENCE_METRICS_H_
