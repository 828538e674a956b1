// From a Status to what the shell sees.
#ifndef SEAFUSION_TOOLS_COMMAND_STATUS_H_
#define SEAFUSION_TOOLS_COMMAND_STATUS_H_

#include <cstdio>

#include <seafusion/status.h>

#include "core/text/printable.h"

namespace seafusion::tools {

inline constexpr int kExitOk = 0;
inline constexpr int kExitFailed = 1;
inline constexpr int kExitUsage = 2;

/// Prints a failure as "seafusion VERB: MESSAGE" on stderr; returns the exit status: kExitUsage
/// where the message begins with the option that was given wrongly, as the libraries' checks of
/// settings do. One without message is told by another process.
inline int ExitStatus(const char* verb, const Status& status) {
  if (status.ok()) return kExitOk;
  if (!status.message().empty()) {
    std::fprintf(stderr, "seafusion %s: %s\n", verb, WithoutControls(status.message()).c_str());
  }
  const bool option = status.message().starts_with("--");
  return option && status.code() == StatusCode::kInvalidArgument ? kExitUsage : kExitFailed;
}

}  // namespace seafusion::tools

#endif  // SEAFUSION_TOOLS_COMMAND_STATUS_H_
