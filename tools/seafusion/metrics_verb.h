// `seafusion metrics`, whatever it measures: each module that can runs it by this.
#ifndef SEAFUSION_TOOLS_METRICS_VERB_H_
#define SEAFUSION_TOOLS_METRICS_VERB_H_

#include <string>

#include "batch/measure/metrics_run.h"
#include "command_status.h"
#include "module_run.h"
#include "options/imaging_options.h"
#include "terminal_monitor.h"

namespace seafusion::tools {

/// `measure`: batch::MeasurePictures or batch::MeasureVideos. Prints its report; returns the exit
/// status.
inline int RunMetrics(const MetricsOptions& options, ProgressMode progress,
                      batch::MetricsReport (*measure)(const batch::MetricsRunSettings&,
                                                      const RunMonitor&)) {
  TerminalMonitor terminal("metrics", progress);
  const batch::MetricsReport report = measure(options, terminal.monitor());
  terminal.Finish();
  ExitStatus("metrics", report.status);
  std::string text;
  if (options.json) {
    text = batch::MetricsJsonText(report);
  } else if (report.status.ok()) {
    text = batch::TableText(report, options.per_pair);
  }
  if (!PrintResult("metrics", text)) return kExitFailed;
  return report.status.ok() && report.failed() == 0 ? kExitOk : kExitFailed;
}

}  // namespace seafusion::tools

#endif  // SEAFUSION_TOOLS_METRICS_VERB_H_
