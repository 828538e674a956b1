// What `seafusion metrics` hands to the imaging module.
#ifndef SEAFUSION_TOOLS_OPTIONS_METRICS_OPTIONS_H_
#define SEAFUSION_TOOLS_OPTIONS_METRICS_OPTIONS_H_

#include <cstdint>
#include <string>

#include <seafusion/metrics.h>

namespace seafusion::tools {

struct MetricsOptions {
  std::string infrared;  ///< File, folder or pattern.
  std::string visible;
  std::string fused;
  metrics::MetricRequest request;
  std::string csv;    ///< File to write; empty: none.
  std::string latex;  ///< The same.
  int threads = 0;
  std::uint64_t max_pixels = 0;
  bool per_pair = false;
  bool overwrite = false;
  bool keep_going = false;
  bool json = false;
  bool quiet = false;
  bool progress = false;  ///< Also where stderr is no terminal.
};

}  // namespace seafusion::tools

#endif  // SEAFUSION_TOOLS_OPTIONS_METRICS_OPTIONS_H_
