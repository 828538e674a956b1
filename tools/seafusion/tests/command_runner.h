// Runs the built command as a user would, for the tests of the verbs.
#ifndef SEAFUSION_TOOLS_TESTS_COMMAND_RUNNER_H_
#define SEAFUSION_TOOLS_TESTS_COMMAND_RUNNER_H_

#include <chrono>
#include <csignal>
#include <cstdint>
#include <functional>
#include <string>
#include <utility>
#include <vector>

namespace seafusion::tools {

struct CommandResult {
  /// What the command exited with; 128 + N when signal N ended it.
  int status = -1;
  std::string out;
  std::string err;
};

struct CommandRunOptions {
  std::string working_folder;                                    ///< Empty: the test's own.
  std::vector<std::pair<std::string, std::string>> environment;  ///< Added to the test's own.
  std::string out;  ///< File that standard output goes to; empty: the result's `out`.
  std::uint64_t max_file_bytes = 0;  ///< RLIMIT_FSIZE of the command; 0: none.
  /// SIGINT is sent once the command has written this text to stderr; empty: never.
  std::string interrupt_at;
  /// Once this is true, the command gets `signal`; asked ten times a second. Empty: never.
  std::function<bool()> signal_when;
  int signal = SIGKILL;
  /// The command is killed after this long and the status is 128 + SIGKILL.
  std::chrono::seconds timeout{240};
};

/// Runs `seafusion ARGUMENTS...` with an empty standard input and waits for its end.
CommandResult RunSeafusion(const std::vector<std::string>& arguments,
                           const CommandRunOptions& options = {});

}  // namespace seafusion::tools

#endif  // SEAFUSION_TOOLS_TESTS_COMMAND_RUNNER_H_
