// The work of `seafusion detect` and `seafusion segment`.
#include <string>

#include "command_status.h"
#include "module_run.h"
#include "options/detect_options.h"
#include "tasks/detection/detection_run.h"
#include "tasks/segmentation/segmentation_run.h"
#include "terminal_monitor.h"

namespace seafusion::tools {
namespace {

// `evaluate`: of a RunMonitor, a StatusOr<Evaluation>.
template <typename Evaluate>
int Run(const char* verb, const VisionOptions& options, const Evaluate& evaluate) {
  TerminalMonitor terminal(verb, ModeOf(options.progress, options.quiet), options.stop);
  const StatusOr<tasks::Evaluation> evaluation = evaluate(terminal.monitor());
  terminal.Finish();
  if (!evaluation.ok()) {
    // Who stopped it says so.
    const bool stopped = options.stop != nullptr && terminal.Interrupted();
    return stopped ? kExitFailed : ExitStatus(verb, evaluation.status());
  }
  if (options.quiet && !options.json) return kExitOk;
  const std::string text =
      options.json ? tasks::FigureTableJson(evaluation->table) : tasks::EvaluationText(*evaluation);
  return PrintResult(verb, text) ? kExitOk : kExitFailed;
}

int Detect(const DetectOptions& options) {
  return Run("detect", options, [&](const RunMonitor& monitor) {
    return tasks::EvaluateDetection(options, options.detection, monitor);
  });
}

int Segment(const VisionOptions& options) {
  return Run("segment", options, [&](const RunMonitor& monitor) {
    return tasks::EvaluateSegmentation(options, monitor);
  });
}

}  // namespace
}  // namespace seafusion::tools

SEAFUSION_MODULE_FUNCTION int seafusion_run_detect(const void* options) {
  return seafusion::tools::RunVerb("detect", options, seafusion::tools::Detect);
}

SEAFUSION_MODULE_FUNCTION int seafusion_run_segment(const void* options) {
  return seafusion::tools::RunVerb("segment", options, seafusion::tools::Segment);
}
