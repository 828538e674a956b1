// `seafusion calibrate`, and `seafusion bench --ir --vis`.
#include "command_status.h"
#include "module_run.h"
#include "options/imaging_options.h"
#include "terminal_monitor.h"

namespace seafusion::tools {
namespace {

int Calibrate(const CalibrateOptions& options) {
  TerminalMonitor terminal("calibrate", ModeOf(options.progress, options.quiet));
  const auto pairs = batch::CalibrateWeights(options, terminal.monitor());
  terminal.Finish();
  if (!pairs.ok()) return ExitStatus("calibrate", pairs.status());
  const std::string text =
      options.output + ": calibrated on " + std::to_string(*pairs) + " pairs\n";
  return options.quiet || PrintResult("calibrate", text) ? kExitOk : kExitFailed;
}

int MeasureAccuracy(const AccuracyOptions& options) {
  const TerminalMonitor terminal("bench", ProgressMode::kNever);
  const auto report = batch::MeasureAccuracy(options, terminal.monitor());
  if (!report.ok()) return ExitStatus("bench", report.status());
  const std::string text = options.json ? batch::JsonText(*report) : batch::TableText(*report);
  return PrintResult("bench", text) ? kExitOk : kExitFailed;
}

}  // namespace
}  // namespace seafusion::tools

SEAFUSION_MODULE_FUNCTION int seafusion_run_calibrate(const void* options) {
  return seafusion::tools::RunVerb("calibrate", options, seafusion::tools::Calibrate);
}

SEAFUSION_MODULE_FUNCTION int seafusion_run_accuracy(const void* options) {
  return seafusion::tools::RunVerb("bench", options, seafusion::tools::MeasureAccuracy);
}
