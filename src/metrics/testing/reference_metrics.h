// Slow twins of the metrics: each formula as written, window by window, sharing no code with the
// real ones.
#ifndef SEAFUSION_METRICS_TESTING_REFERENCE_METRICS_H_
#define SEAFUSION_METRICS_TESTING_REFERENCE_METRICS_H_

#include <seafusion/metrics.h>

#include "metrics/gray_image.h"

namespace seafusion::metrics {

/// The value of a metric on pictures large enough for it.
double ReferenceValue(Metric metric, Convention convention, const Triple& images);

}  // namespace seafusion::metrics

#endif  // SEAFUSION_METRICS_TESTING_REFERENCE_METRICS_H_
