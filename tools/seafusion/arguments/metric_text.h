// Options that the verbs which measure have in common.
#ifndef SEAFUSION_TOOLS_ARGUMENTS_METRIC_TEXT_H_
#define SEAFUSION_TOOLS_ARGUMENTS_METRIC_TEXT_H_

#include <string>

#include <seafusion/metrics.h>
#include <CLI/CLI.hpp>

namespace seafusion::tools {

/// --metrics and --convention, checked as they are parsed; the texts given are the defaults.
void AddMetricOptions(CLI::App& sub, const std::string& group, std::string& list,
                      std::string& convention);

/// What the two (checked) texts ask for.
metrics::MetricRequest RequestOf(const std::string& list, const std::string& convention);

}  // namespace seafusion::tools

#endif  // SEAFUSION_TOOLS_ARGUMENTS_METRIC_TEXT_H_
