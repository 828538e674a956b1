// `seafusion metrics` on videos and numbered pictures.
#include "batch/measure/video_metrics.h"
#include "command_status.h"
#include "module_run.h"
#include "options/imaging_options.h"
#include "terminal_monitor.h"

namespace seafusion::tools {
namespace {

int Measure(const MetricsOptions& options) {
  TerminalMonitor terminal("metrics", ModeOf(options.progress, options.quiet));
  const batch::MetricsReport report = batch::MeasureVideos(options, terminal.monitor());
  terminal.Finish();
  ExitStatus("metrics", report.status);
  std::string text;
  if (options.json) {
    text = batch::MetricsJsonText(report);
  } else if (report.status.ok()) {
    text = batch::TableText(report, options.per_pair);
  }
  if (!PrintResult("metrics", text)) return kExitFailed;
  return report.status.ok() ? kExitOk : kExitFailed;
}

}  // namespace
}  // namespace seafusion::tools

SEAFUSION_MODULE_FUNCTION int seafusion_run_metrics_video(const void* options) {
  return seafusion::tools::RunVerb("metrics", options, seafusion::tools::Measure);
}
