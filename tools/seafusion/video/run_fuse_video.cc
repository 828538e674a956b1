// The work of `seafusion fuse` on videos, cameras and numbered pictures.
#include <csignal>
#include <cstdio>
#include <string>
#include <vector>

#include "command_status.h"
#include "module_run.h"
#include "options/fuse_options.h"
#include "stream/fuse/stream_fusion.h"
#include "terminal_monitor.h"

namespace seafusion::tools {
namespace {

int Run(const FuseOptions& options) {
  // A reader of standard output that goes away then fails the write, which is reported.
  std::signal(SIGPIPE, SIG_IGN);
  TerminalMonitor terminal("fuse", ModeOf(options.progress, options.quiet));
  const stream::StreamReport report = stream::RunStreamFusion(options.stream, terminal.monitor());
  terminal.Finish();
  const std::vector<std::string> problems = stream::Problems(report);
  for (const std::string& problem : problems) {
    std::fprintf(stderr, "seafusion fuse: %s\n", problem.c_str());
  }
  // Standard output may be the video.
  std::FILE* const results = options.stream.output == "-" ? stderr : stdout;
  if (options.json) {
    std::fputs(stream::JsonText(report).c_str(), results);
  } else if (report.start.ok() && !options.quiet) {
    std::fprintf(results, "%s\n", stream::SummaryText(report).c_str());
  }
  if (std::fflush(results) != 0) {
    std::perror("seafusion fuse: cannot write the summary");
    return kExitFailed;
  }
  return problems.empty() ? kExitOk : kExitFailed;
}

}  // namespace
}  // namespace seafusion::tools

SEAFUSION_MODULE_FUNCTION int seafusion_run_fuse_video(const void* options) {
  return seafusion::tools::RunVerb("fuse", options, seafusion::tools::Run);
}
