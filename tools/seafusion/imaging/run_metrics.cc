// `seafusion metrics`.
#include "command_status.h"
#include "module_run.h"
#include "options/imaging_options.h"
#include "terminal_monitor.h"

namespace seafusion::tools {
namespace {

int Measure(const MetricsOptions& options) {
  TerminalMonitor terminal("metrics",
                           ModeOf(options.progress, options.quiet, ProgressMode::kSeveral));
  const batch::MetricsReport report = batch::MeasurePictures(options, terminal.monitor());
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

}  // namespace
}  // namespace seafusion::tools

SEAFUSION_MODULE_FUNCTION int seafusion_run_metrics(const void* options) {
  return seafusion::tools::RunVerb("metrics", options, seafusion::tools::Measure);
}
