// How a module's verbs begin and end.
#ifndef SEAFUSION_TOOLS_MODULE_RUN_H_
#define SEAFUSION_TOOLS_MODULE_RUN_H_

#include <cstdio>
#include <exception>
#include <string>

#include "command_status.h"

/// Before a function that RunInModule finds.
#define SEAFUSION_MODULE_FUNCTION extern "C" __attribute__((visibility("default")))

namespace seafusion::tools {

/// Calls `run` with the verb's options; what a library throws becomes an error of the verb.
template <typename Options>
int RunVerb(const char* verb, const void* options, int (*run)(const Options&)) {
  try {
    return run(*static_cast<const Options*>(options));
  } catch (const std::exception& e) {
    std::fprintf(stderr, "seafusion %s: %s\n", verb, e.what());
    return kExitFailed;
  }
}

/// Prints `text` on stdout. False, after saying so, where `what` cannot be written.
inline bool PrintResult(const char* verb, const std::string& text,
                        const char* what = "the result") {
  std::fputs(text.c_str(), stdout);
  if (std::fflush(stdout) == 0) return true;
  std::perror(("seafusion " + std::string(verb) + ": cannot write " + what).c_str());
  return false;
}

}  // namespace seafusion::tools

#endif  // SEAFUSION_TOOLS_MODULE_RUN_H_
