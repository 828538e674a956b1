// The work of `seafusion metrics`: read and measure, several pairs at a time.
#include <chrono>
#include <cstdio>
#include <exception>
#include <filesystem>
#include <map>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include <seafusion/metrics.h>

#include "command.h"
#include "core/file.h"
#include "core/image_buffer.h"
#include "core/status_macros.h"
#include "core/thread_pool.h"
#include "interrupt.h"
#include "io/image_file.h"
#include "io/pair_list.h"
#include "metrics_options.h"
#include "metrics_report.h"
#include "progress.h"

namespace seafusion::tools {
namespace {

std::string SizeText(const ImageBuffer& image) {
  return std::to_string(image.width()) + "x" + std::to_string(image.height());
}

StatusOr<std::vector<metrics::MetricValue>> Measure(const MetricsOptions& options,
                                                    const MeasuredPair& pair) {
  const io::ReadImageOptions read = {.max_pixels = options.max_pixels};
  SEAFUSION_ASSIGN_OR_RETURN(const ImageBuffer fused, io::ReadImage(pair.fused, read));
  SEAFUSION_ASSIGN_OR_RETURN(const ImageBuffer infrared, io::ReadImage(pair.infrared, read));
  SEAFUSION_ASSIGN_OR_RETURN(const ImageBuffer visible, io::ReadImage(pair.visible, read));
  for (const auto& [path, image] :
       {std::pair<const std::string&, const ImageBuffer&>{pair.infrared, infrared},
        {pair.visible, visible}}) {
    if (image.width() != fused.width() || image.height() != fused.height()) {
      return InvalidArgument(path + " is " + SizeText(image) + ", " + pair.fused + " is " +
                             SizeText(fused) + "; the three pictures must have the same size");
    }
  }
  auto values =
      metrics::EvaluateMetrics(infrared.view(), visible.view(), fused.view(), options.request);
  if (!values.ok()) {
    return values.status().Annotate(pair.infrared + ", " + pair.visible + ", " + pair.fused);
  }
  return values;
}

// Sorts the pictures of the three sources into those that belong together and those without
// partners.
Status FindPairs(const MetricsOptions& options, MetricsReport& report) {
  const std::string* const sources[3] = {&options.infrared, &options.visible, &options.fused};
  std::vector<io::PictureFile> listed[3];
  bool single_files = true;
  for (std::size_t s = 0; s < 3; ++s) {
    SEAFUSION_ASSIGN_OR_RETURN(listed[s], io::ListPictures(*sources[s]));
    std::error_code ec;
    single_files = single_files && std::filesystem::is_regular_file(*sources[s], ec);
  }
  if (single_files) {
    report.pairs.push_back(
        {listed[2][0].stem, listed[0][0].path, listed[1][0].path, listed[2][0].path, {}, ""});
    return OkStatus();
  }
  std::map<std::string, const io::PictureFile*> by_stem[3];
  for (std::size_t s = 0; s < 3; ++s) {
    for (const io::PictureFile& file : listed[s]) by_stem[s][file.stem] = &file;
  }
  for (std::size_t s = 0; s < 3; ++s) {
    for (const io::PictureFile& file : listed[s]) {
      const std::string* missing = nullptr;
      for (std::size_t other = 0; other < 3; ++other) {
        if (missing == nullptr && !by_stem[other].contains(file.stem)) missing = sources[other];
      }
      if (missing != nullptr) {
        report.unpaired.push_back(file.path);
        std::fprintf(stderr, "seafusion metrics: %s: has no partner in %s\n", file.path.c_str(),
                     missing->c_str());
      } else if (s == 2) {
        report.pairs.push_back({file.stem,
                                by_stem[0][file.stem]->path,
                                by_stem[1][file.stem]->path,
                                file.path,
                                {},
                                ""});
      }
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
