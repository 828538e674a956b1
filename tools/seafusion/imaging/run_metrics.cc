// The work of `seafusion metrics`: read and measure, several pairs at a time.
#include <chrono>
#include <cstdio>
#include <exception>
#include <filesystem>
#include <mutex>
#include <string>
#include <vector>

#include <seafusion/metrics.h>

#include "command.h"
#include "core/file.h"
#include "core/status_macros.h"
#include "core/thread_pool.h"
#include "interrupt.h"
#include "measure_files.h"
#include "metrics_report.h"
#include "options/metrics_options.h"
#include "picture_groups.h"
#include "progress.h"

namespace seafusion::tools {
namespace {

StatusOr<std::vector<metrics::MetricValue>> Measure(const MetricsOptions& options,
                                                    const MeasuredPair& pair) {
  SEAFUSION_ASSIGN_OR_RETURN(const SourcePictures sources,
                             ReadSources(pair.infrared, pair.visible, options.max_pixels));
  SEAFUSION_ASSIGN_OR_RETURN(
      const FusedPicture fused,
      MeasureFused(sources, pair.fused, options.max_pixels, options.request));
  return fused.values;
}

// Sorts the pictures of the three sources into those that belong together and those without
// partners.
Status FindPairs(const MetricsOptions& options, MetricsReport& report) {
  SEAFUSION_ASSIGN_OR_RETURN(const std::vector<PictureGroup> groups,
                             GroupPictures({options.infrared, options.visible, options.fused}));
  for (const PictureGroup& group : groups) {
    if (group.complete()) {
      report.pairs.push_back({group.stem, group.paths[0], group.paths[1], group.paths[2], {}, ""});
      continue;
    }
    for (const std::string& path : group.paths) {
      if (!path.empty()) report.unpaired.push_back(path);
    }
    for (const std::string& complaint : group.Complaints()) {
      std::fprintf(stderr, "seafusion metrics: %s\n", complaint.c_str());
    }
  }
  if (report.pairs.empty()) {
    return NotFound("no picture name is in all of " + options.infrared + ", " + options.visible +
                    " and " + options.fused);
  }
  if (!report.unpaired.empty() && !options.keep_going) {
    return InvalidArgument(std::to_string(report.unpaired.size()) +
                           (report.unpaired.size() == 1 ? " picture has" : " pictures have") +
                           " no partner; --keep-going measures the " +
                           std::to_string(report.pairs.size()) +
                           (report.pairs.size() == 1 ? " pair" : " pairs") + " without them");
  }
  return OkStatus();
}

// A refusal that would come after all the work comes before it.
Status CheckOutputs(const MetricsOptions& options) {
  for (const std::string& path : {options.csv, options.latex}) {
    std::error_code ec;
    if (path.empty()) continue;
    if (std::filesystem::is_directory(path, ec)) return InvalidArgument(path + " is a folder");
    if (!options.overwrite && std::filesystem::exists(path, ec)) {
      return AlreadyExists(path + " exists already; --overwrite replaces it");
    }
    const std::filesystem::path folder = std::filesystem::path(path).parent_path();
    if (!folder.empty() && !std::filesystem::is_directory(folder, ec)) {
      return NotFound(path + ": there is no folder " + folder.string());
    }
  }
  return OkStatus();
}

Status MeasureAll(const MetricsOptions& options, MetricsReport& report) {
  ProgressMode mode = ProgressMode::kAuto;
  if (options.quiet || report.pairs.size() < 2) mode = ProgressMode::kNever;
  if (options.progress) mode = ProgressMode::kAlways;
  Progress progress("metrics", "pairs", report.pairs.size(), mode);
  const InterruptGuard interrupt;
  std::mutex mutex;
  std::size_t done = 0;
  SEAFUSION_ASSIGN_OR_RETURN(const std::unique_ptr<ThreadPool> pool,
                             ThreadPool::Create(options.threads));
  return pool->ParallelFor(report.pairs.size(), [&](std::size_t i, int) -> Status {
    if (interrupt.Interrupted()) return Cancelled("interrupted");
    MeasuredPair& pair = report.pairs[i];
    auto values = Measure(options, pair);
    const std::lock_guard lock(mutex);
    progress.Update(++done, pair.name);
    if (values.ok()) {
      pair.values = *std::move(values);
      return OkStatus();
    }
    pair.error = values.status().message();
    if (!options.keep_going) return values.status();
    progress.Message("seafusion metrics: " + pair.error);
    return OkStatus();
  });
}

Status Write(const std::string& path, const std::string& text, bool overwrite) {
  if (path.empty()) return OkStatus();
  return WriteFileAtomically(path,
                             {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()},
                             overwrite ? IfExists::kReplace : IfExists::kFail);
}

// Nothing is written or printed of a run that stopped half-way.
Status MeasureAndTell(const MetricsOptions& options, MetricsReport& report) {
  SEAFUSION_RETURN_IF_ERROR(CheckOutputs(options));
  SEAFUSION_RETURN_IF_ERROR(FindPairs(options, report));
  SEAFUSION_RETURN_IF_ERROR(MeasureAll(options, report));
  if (report.measured() == 0) return InvalidArgument("no pair could be measured");
  SEAFUSION_RETURN_IF_ERROR(Write(options.csv, CsvText(report), options.overwrite));
  return Write(options.latex, LatexText(report), options.overwrite);
}

int Run(const MetricsOptions& options) {
  const auto start = std::chrono::steady_clock::now();
  MetricsReport report;
  report.request = options.request;
  const Status status = MeasureAndTell(options, report);
  report.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  if (!status.ok()) {
    report.error = status.message();
    std::fprintf(stderr, "seafusion metrics: %s\n", status.message().c_str());
  }
  if (options.json) {
    std::fputs(MetricsJsonText(report).c_str(), stdout);
  } else if (status.ok() && !options.quiet) {
    std::fputs(TableText(report, options.per_pair).c_str(), stdout);
  }
  if (std::fflush(stdout) != 0) {
    std::perror("seafusion metrics: cannot write the result");
    return kExitFailed;
  }
  return status.ok() && report.failed() == 0 ? kExitOk : kExitFailed;
}

}  // namespace
}  // namespace seafusion::tools

extern "C" __attribute__((visibility("default"))) int seafusion_run_metrics(const void* options) {
  try {
    return seafusion::tools::Run(*static_cast<const seafusion::tools::MetricsOptions*>(options));
  } catch (const std::exception& e) {
    std::fprintf(stderr, "seafusion metrics: %s\n", e.what());
    return seafusion::tools::kExitFailed;
  }
}
