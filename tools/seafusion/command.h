// What main.cc needs to know of a verb. Verbs only parse here; the work that needs OpenCV or
// LibTorch lives in modules opened on demand, so that `seafusion --help` starts in milliseconds.
#ifndef SEAFUSION_TOOLS_COMMAND_H_
#define SEAFUSION_TOOLS_COMMAND_H_

#include <memory>
#include <string>

#include <CLI/CLI.hpp>

#include "command_status.h"

namespace seafusion::tools {

class Command {
 public:
  virtual ~Command() = default;
  /// Adds the verb's subcommand, options and help to `app` and returns the subcommand.
  virtual CLI::App* Register(CLI::App& app) = 0;
  /// Does the work with the parsed options; prints errors to stderr; returns the exit status.
  virtual int Run() = 0;
};

std::unique_ptr<Command> MakeAblateCommand();
std::unique_ptr<Command> MakeAlignCommand();
std::unique_ptr<Command> MakeBenchCommand();
std::unique_ptr<Command> MakeCalibrateCommand();
std::unique_ptr<Command> MakeCompareCommand();
std::unique_ptr<Command> MakeConvertCommand();
std::unique_ptr<Command> MakeDetectCommand();
std::unique_ptr<Command> MakeEvaluateCommand();
std::unique_ptr<Command> MakeFuseCommand();
std::unique_ptr<Command> MakeInfoCommand();
std::unique_ptr<Command> MakeMetricsCommand();
std::unique_ptr<Command> MakePackCommand();
std::unique_ptr<Command> MakeReportCommand();
std::unique_ptr<Command> MakeSegmentCommand();
std::unique_ptr<Command> MakeServeCommand();
std::unique_ptr<Command> MakeSynthCommand();
std::unique_ptr<Command> MakeTrainCommand();

}  // namespace seafusion::tools

#endif  // SEAFUSION_TOOLS_COMMAND_H_
