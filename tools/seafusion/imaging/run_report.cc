// `seafusion report`.
#include "command_status.h"
#include "module_run.h"
#include "options/imaging_options.h"
#include "terminal_monitor.h"

namespace seafusion::tools {
namespace {

int Report(const ReportOptions& options) {
  TerminalMonitor terminal("report",
                           ModeOf(options.progress, options.quiet, ProgressMode::kSeveral));
  const auto written = report::WriteReport(options, terminal.monitor());
  terminal.Finish();
  if (!written.ok()) return ExitStatus("report", written.status());
  const std::string text = options.quiet ? "" : report::SummaryText(*written) + "\n";
  if (!PrintResult("report", text)) return kExitFailed;
  return written->failed == 0 ? kExitOk : kExitFailed;
}

}  // namespace
}  // namespace seafusion::tools

SEAFUSION_MODULE_FUNCTION int seafusion_run_report(const void* options) {
  return seafusion::tools::RunVerb("report", options, seafusion::tools::Report);
}
