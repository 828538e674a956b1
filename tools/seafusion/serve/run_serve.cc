// `seafusion serve`.
#include <csignal>
#include <cstdio>

#include "command_status.h"
#include "module_run.h"
#include "options/serve_options.h"
#include "terminal_monitor.h"

namespace seafusion::tools {
namespace {

int Serve(const ServeOptions& options) {
  // A client that goes away then fails the write, which ends its connection alone.
  std::signal(SIGPIPE, SIG_IGN);
  TerminalMonitor terminal("serve", ModeOf(false, options.quiet));
  const Status status = serve::RunServe(
      options,
      [&](const serve::Address& address) {
        std::printf("%s\n", address.url.c_str());
        if (!address.token.empty() && !options.quiet) {
          std::fprintf(stderr, "seafusion serve: the token is told this once: %s\n",
                       address.token.c_str());
        }
        std::fflush(stdout);
      },
      terminal.monitor());
  terminal.Finish();
  return ExitStatus("serve", status);
}

}  // namespace
}  // namespace seafusion::tools

SEAFUSION_MODULE_FUNCTION int seafusion_run_serve(const void* options) {
  return seafusion::tools::RunVerb("serve", options, seafusion::tools::Serve);
}
