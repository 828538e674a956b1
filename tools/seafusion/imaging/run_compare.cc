// `seafusion compare`.
#include <array>
#include <atomic>
#include <cstdio>

#include "command_status.h"
#include "compare/run.h"
#include "learning_module.h"
#include "module.h"
#include "module_run.h"
#include "options/detect_options.h"
#include "options/imaging_options.h"
#include "terminal_monitor.h"

namespace seafusion::tools {
namespace {

// As `seafusion detect` and `seafusion segment`, which say what fails. `stop` ends it.
Status RunTask(const compare::TaskRequest& request, bool progress, const std::atomic<bool>& stop) {
  DetectOptions options;
  options.pictures = request.pictures;
  options.stems = request.stems;
  options.model = request.model;
  options.labels = request.labels;
  options.rig = request.rig;
  options.labels_of = request.labels_of;
  options.output = request.output;
  options.overlays = true;
  options.overwrite = true;
  options.threads = request.threads;
  options.max_pixels = request.max_pixels;
  options.quiet = true;
  options.progress = progress;
  options.stop = &stop;
  const int status = request.kind == compare::TaskKind::kDetection
                         ? RunInModule("vision", "seafusion_run_detect", &options)
                         : RunInModule("vision", "seafusion_run_segment",
                                       static_cast<const VisionOptions*>(&options));
  if (status == kExitOk) return OkStatus();
  return stop ? Cancelled("interrupted") : Status(StatusCode::kInternal, "");
}

std::string TextOf(const CompareOptions& options, const compare::Comparison& comparison) {
  if (options.json) return compare::ComparisonJson(options, comparison);
  if (options.quiet) return "";
  std::array<char, 64> seconds{};
  std::snprintf(seconds.data(), seconds.size(), ": tables, pictures and pages, in %.1f s\n",
                comparison.seconds);
  return compare::ComparisonText(options, comparison) + options.folder + seconds.data();
}

// What this build cannot do is said before the work, which may take hours.
Status SayWhatIsLeftOut(const CompareOptions& options) {
  if ((!options.detector.empty() || !options.segmenter.empty()) && !HasModule("vision")) {
    return Unsupported(
        "detection and segmentation need the module vision, which is not part of "
        "this installation");
  }
  for (const compare::CompareSettings::Method& method : options.methods) {
    if (method.skip.empty() || options.quiet) continue;
    std::fprintf(stderr, "seafusion compare: %s is left out: %s\n", method.label.c_str(),
                 method.skip.c_str());
  }
  return OkStatus();
}

int Compare(const CompareOptions& options) {
  if (const Status status = SayWhatIsLeftOut(options); !status.ok()) {
    return ExitStatus("compare", status);
  }
  TerminalMonitor terminal("compare", ModeOf(options.progress, options.quiet));
  const auto run_task = [&](const compare::TaskRequest& request) {
    terminal.Finish();  // the task has a progress of its own
    return RunTask(request, options.progress, terminal.monitor().StopFlag());
  };
  const auto comparison =
      compare::CompareMethods(options, {OpenLearnedMethods, run_task}, terminal.monitor());
  terminal.Finish();
  if (!comparison.ok()) {
    const Status& status = comparison.status();
    const bool cancelled = status.code() == StatusCode::kCancelled;
    return ExitStatus(
        "compare", Status(status.code(), status.message() + (cancelled ? "; the same command goes "
                                                                         "on from here"
                                                                       : "")));
  }
  if (!PrintResult("compare", TextOf(options, *comparison))) return kExitFailed;
  const bool any = comparison->anything_measured();
  if (!any) std::fprintf(stderr, "seafusion compare: there was nothing to compare\n");
  return any && comparison->failed() == 0 ? kExitOk : kExitFailed;
}

}  // namespace
}  // namespace seafusion::tools

SEAFUSION_MODULE_FUNCTION int seafusion_run_compare(const void* options) {
  return seafusion::tools::RunVerb("compare", options, seafusion::tools::Compare);
}
