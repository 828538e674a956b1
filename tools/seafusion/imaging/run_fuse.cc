// `seafusion fuse` on pictures.
#include <cstdio>

#include "batch/fuse/fuse_run.h"
#include "command_status.h"
#include "learning_module.h"
#include "module_run.h"
#include "options/fuse_options.h"
#include "terminal_monitor.h"

namespace seafusion::tools {
namespace {

int Fuse(const FuseOptions& options) {
  TerminalMonitor terminal("fuse", ModeOf(options.progress, options.quiet, ProgressMode::kSeveral));
  const batch::FuseReport report =
      batch::FusePictures(options, OpenLearnedMethods, terminal.monitor());
  terminal.Finish();
  ExitStatus("fuse", report.status);
  if (report.interrupted) std::fprintf(stderr, "seafusion fuse: interrupted\n");
  std::string text;
  if (options.json) {
    text = batch::JsonText(report);
  } else if (report.status.ok() && !options.quiet) {
    text = batch::SummaryText(report) + "\n";
  }
  if (!PrintResult("fuse", text, "the summary")) return kExitFailed;
  return report.complete() ? kExitOk : kExitFailed;
}

}  // namespace
}  // namespace seafusion::tools

SEAFUSION_MODULE_FUNCTION int seafusion_run_fuse(const void* options) {
  return seafusion::tools::RunVerb("fuse", options, seafusion::tools::Fuse);
}
