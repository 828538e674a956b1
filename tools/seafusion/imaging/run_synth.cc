// `seafusion synth`.
#include "command_status.h"
#include "module_run.h"
#include "options/imaging_options.h"
#include "terminal_monitor.h"

namespace seafusion::tools {
namespace {

int Render(const SynthOptions& options) {
  TerminalMonitor terminal("synth", ModeOf(options.progress, options.quiet));
  const synth::SceneFileReport report = synth::WriteScenes(options, terminal.monitor());
  terminal.Finish();
  std::string text;
  if (options.json && report.begun) {
    text = synth::JsonText(report) + "\n";
  } else if (report.status.ok()) {
    text = synth::SummaryText(report) + "\n";
  }
  if (!PrintResult("synth", text)) return kExitFailed;
  return ExitStatus("synth", report.status);
}

}  // namespace
}  // namespace seafusion::tools

SEAFUSION_MODULE_FUNCTION int seafusion_run_synth(const void* options) {
  return seafusion::tools::RunVerb("synth", options, seafusion::tools::Render);
}
