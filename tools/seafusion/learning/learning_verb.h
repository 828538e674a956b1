// What the verbs of the learning module have in common.
#ifndef SEAFUSION_TOOLS_LEARNING_LEARNING_VERB_H_
#define SEAFUSION_TOOLS_LEARNING_LEARNING_VERB_H_

#include "command_status.h"
#include "core/run_monitor.h"
#include "options/learning_options.h"
#include "progress.h"
#include "terminal_monitor.h"

namespace seafusion::tools {

/// Calls run(settings, monitor), which returns a Status or a StatusOr, while the terminal shows how
/// far it is and what it says, unless it is to be quiet. Returns what `run` does.
template <typename Settings, typename Run>
auto Monitored(const VerbOptions<Settings>& options, const Run& run) {
  TerminalMonitor terminal("", options.quiet ? ProgressMode::kNever : ProgressMode::kLong);
  RunMonitor monitor = terminal.monitor();
  if (options.quiet) monitor.message = nullptr;
  return run(static_cast<const Settings&>(options), monitor);
}

}  // namespace seafusion::tools

/// The function of the module that the command looks up by its name.
#define SEAFUSION_LEARNING_VERB(name) \
  extern "C" __attribute__((visibility("default"))) int name(const void* options)

#endif  // SEAFUSION_TOOLS_LEARNING_LEARNING_VERB_H_
