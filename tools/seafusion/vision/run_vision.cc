// The work of `seafusion detect` and `seafusion segment`.
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <exception>
#include <string>

#include "command_status.h"
#include "options/detect_options.h"
#include "tasks/detection/detection_run.h"
#include "tasks/segmentation/segmentation_run.h"
#include "terminal_monitor.h"

namespace seafusion::tools {
namespace {

Status Print(const VisionOptions& options, const tasks::Evaluation& evaluation) {
  if (options.quiet) return OkStatus();
  std::fputs(options.json ? tasks::FigureTableJson(evaluation.table).c_str()
                          : tasks::EvaluationText(evaluation).c_str(),
             stdout);
  if (std::fflush(stdout) == 0) return OkStatus();
  return IoError(std::string("cannot write the result: ") + std::strerror(errno));
}

// `evaluate`: of a RunMonitor, a StatusOr<Evaluation>.
template <typename Evaluate>
int Run(const char* verb, const VisionOptions& options, const Evaluate& evaluate) {
  Status status;
  try {
    TerminalMonitor terminal(verb, ModeOf(options.progress, options.quiet));
    const StatusOr<tasks::Evaluation> evaluation = evaluate(terminal.monitor());
    terminal.Finish();
    status = evaluation.ok() ? Print(options, *evaluation) : evaluation.status();
  } catch (const std::exception& e) {
    status = Internal(e.what());
  }
  return ExitStatus(verb, status);
}

}  // namespace
}  // namespace seafusion::tools

using namespace seafusion;  // NOLINT: a source of two functions

extern "C" __attribute__((visibility("default"))) int seafusion_run_detect(const void* options) {
  const auto& o = *static_cast<const tools::DetectOptions*>(options);
  return tools::Run("detect", o, [&](const RunMonitor& monitor) {
    return tasks::EvaluateDetection(o, o.detection, monitor);
  });
}

extern "C" __attribute__((visibility("default"))) int seafusion_run_segment(const void* options) {
  const auto& o = *static_cast<const tools::VisionOptions*>(options);
  return tools::Run("segment", o, [&](const RunMonitor& monitor) {
    return tasks::EvaluateSegmentation(o, monitor);
  });
}
