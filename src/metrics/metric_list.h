// Metrics as a user lists them: on the command line, in Python.
#ifndef SEAFUSION_METRICS_METRIC_LIST_H_
#define SEAFUSION_METRICS_METRIC_LIST_H_

#include <string_view>
#include <vector>

#include <seafusion/metrics.h>

namespace seafusion::metrics {

/// Names with commas between, in any case; "all", or "six" for PaperMetrics(). kInvalidArgument for
/// another name, with those there are.
StatusOr<std::vector<Metric>> ParseMetricList(std::string_view text);

/// "paper" or "f255", else kInvalidArgument.
StatusOr<Convention> ParseConvention(std::string_view name);

}  // namespace seafusion::metrics

#endif  // SEAFUSION_METRICS_METRIC_LIST_H_
