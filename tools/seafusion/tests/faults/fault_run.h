// Runs the command with a system call of writing that fails, or at which it is killed.
#ifndef SEAFUSION_TOOLS_TESTS_FAULTS_FAULT_RUN_H_
#define SEAFUSION_TOOLS_TESTS_FAULTS_FAULT_RUN_H_

#include <map>
#include <string>
#include <vector>

#include "command_runner.h"

namespace seafusion::tools {

/// See write_faults.cc for the kinds: "full", "io", "interrupted", "short", "kill".
struct WriteFault {
  std::string kind;
  long at = 0;  ///< Number of the call, from 1; 0: none.
};

/// A call of writing that the command made below the folder.
struct WriteCall {
  std::string name;  ///< open, write, fsync, close, rename, ...
  std::string path;
};

struct FaultRun {
  CommandResult result;
  std::vector<WriteCall> calls;  ///< In order; the one with the fault among them.
};

/// The calls below `folder`, an absolute path, count; `log`: a file elsewhere for its use.
FaultRun RunWithFault(const std::vector<std::string>& arguments, const std::string& folder,
                      const std::string& log, const WriteFault& fault);

/// Name and content of every file below a folder.
using FolderContent = std::map<std::string, std::string>;
FolderContent ContentOf(const std::string& folder);

/// What is left by a run that was ended between making a file and giving it its name.
bool IsTemporary(const std::string& name);

}  // namespace seafusion::tools

#endif  // SEAFUSION_TOOLS_TESTS_FAULTS_FAULT_RUN_H_
