// The work of `seafusion report`: read, measure and pack, several pairs at a time.
#include <cstdio>
#include <exception>
#include <filesystem>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include <seafusion/metrics.h>
#include <seafusion/version.h>

#include "command.h"
#include "core/file.h"
#include "core/status_macros.h"
#include "core/thread_pool.h"
#include "interrupt.h"
#include "measure_files.h"
#include "options/report_options.h"
#include "page_parts.h"
#include "page_tasks.h"
#include "picture_groups.h"
#include "progress.h"
#include "report/page.h"

namespace seafusion::tools {
namespace {

namespace fs = std::filesystem;
using report::Pair;
using report::Picture;
using report::Report;

std::string FolderOf(const std::string& path) {
  return fs::path(path).parent_path().string();
}

class ReportRun {
 public:
  explicit ReportRun(const ReportOptions& options)
      : options_(options), pictures_(options.embed, FolderOf(options.output)) {}

  Status Run() {
    SEAFUSION_RETURN_IF_ERROR(CheckPageTemplate());
    SEAFUSION_RETURN_IF_ERROR(CheckOutput());
    SEAFUSION_RETURN_IF_ERROR(FindPairs());
    SEAFUSION_RETURN_IF_ERROR(MeasureAll());
    SEAFUSION_RETURN_IF_ERROR(DropPairsThatFailed());
    Describe();
    SEAFUSION_ASSIGN_OR_RETURN(
        const std::size_t bytes,
        WritePage(report_, options_.output,
                  options_.overwrite ? IfExists::kReplace : IfExists::kFail));
    if (!options_.quiet) {
      std::printf("%s: %zu %s, %zu %s, %.1f MB, pictures %s\n", options_.output.c_str(),
                  report_.methods.size(), report_.methods.size() == 1 ? "method" : "methods",
                  report_.pairs.size(), report_.pairs.size() == 1 ? "pair" : "pairs",
                  static_cast<double>(bytes) / 1e6, pictures_.embed() ? "in the page" : "by links");
    }
    return OkStatus();
  }

  bool anything_failed() const { return failed_ > 0; }

 private:
  // A refusal that would come after all the work comes before it.
  Status CheckOutput() const {
    std::error_code ec;
    const std::string& path = options_.output;
    if (fs::is_directory(path, ec)) return InvalidArgument(path + " is a folder");
    if (!options_.overwrite && fs::exists(path, ec)) {
      return AlreadyExists(path + " exists already; --overwrite replaces it");
    }
    const std::string folder = FolderOf(path);
    if (!folder.empty() && !fs::is_directory(folder, ec)) {
      return NotFound(path + ": there is no folder " + folder);
    }
    for (const std::string& task : options_.tasks) {
      const fs::path table = fs::path(task) / "table.json";
      if (!fs::exists(table, ec)) {
        return NotFound(table.string() + ": there is none; seafusion detect and segment write it");
      }
    }
    return OkStatus();
  }

  Status FindPairs() {
    std::vector<std::string> sources = {options_.infrared, options_.visible};
    for (const auto& method : options_.methods) {
      report_.methods.push_back({method.name, method.source});
      sources.push_back(method.source);
    }
    SEAFUSION_ASSIGN_OR_RETURN(std::vector<PictureGroup> groups, GroupPictures(sources));
    int incomplete = 0;
    for (PictureGroup& group : groups) {
      bool usable = false;
      for (std::size_t s = 2; s < group.paths.size(); ++s) usable |= !group.paths[s].empty();
      usable = usable && !group.paths[0].empty() && !group.paths[1].empty();
      if (!group.complete()) {
        ++incomplete;
        std::fprintf(stderr, "seafusion report: %s\n", group.Complaints().front().c_str());
      }
      if (usable) groups_.push_back(std::move(group));
    }
    if (groups_.empty()) {
      return NotFound("no picture name is in " + options_.infrared + ", in " + options_.visible +
                      " and in the folder of a method");
    }
    if (incomplete > 0 && !options_.keep_going) {
      return InvalidArgument(std::to_string(incomplete) +
                             (incomplete == 1 ? " picture name is" : " picture names are") +
                             " not in every folder; --keep-going goes on without what is missing");
    }
    // Single files have whatever names; the scene is the visible one's.
    if (groups_.size() == 1) groups_[0].stem = fs::path(groups_[0].paths[1]).stem().string();
    return OkStatus();
  }

  Status MeasureAll() {
    ProgressMode mode = ProgressMode::kAuto;
    if (options_.quiet || groups_.size() < 2) mode = ProgressMode::kNever;
    if (options_.progress) mode = ProgressMode::kAlways;
    Progress progress("report", "pairs", groups_.size(), mode);
    const InterruptGuard interrupt;
    std::mutex mutex;
    std::size_t done = 0;
    report_.pairs.resize(groups_.size());
    SEAFUSION_ASSIGN_OR_RETURN(const std::unique_ptr<ThreadPool> pool,
                               ThreadPool::Create(options_.threads));
    return pool->ParallelFor(groups_.size(), [&](std::size_t i, int) -> Status {
      if (interrupt.Interrupted()) return Cancelled("interrupted");
      std::vector<std::string> complaints;
      Status status = MeasurePair(groups_[i], report_.pairs[i], complaints);
      const std::lock_guard lock(mutex);
      progress.Update(++done, groups_[i].stem);
      if (!status.ok() && !options_.keep_going) return status;
      if (!status.ok()) complaints.push_back(status.message());
      for (const std::string& complaint : complaints) {
        ++failed_;
        progress.Message("seafusion report: " + complaint);
      }
      return OkStatus();
    });
  }

  // With --keep-going a method that fails is a complaint, not an error.
  Status MeasurePair(const PictureGroup& group, Pair& pair, std::vector<std::string>& complaints) {
    pair.name = group.stem;
    SEAFUSION_ASSIGN_OR_RETURN(const SourcePictures sources,
                               ReadSources(group.paths[0], group.paths[1], options_.max_pixels));
    pair.width = sources.visible.width();
    pair.height = sources.visible.height();
    std::vector<std::vector<metrics::MetricValue>> values(options_.methods.size());
    std::vector<Picture> pictures(group.paths.size());
    SEAFUSION_RETURN_IF_ERROR(pictures_.Add(sources.infrared, group.paths[0], pictures[0]));
    SEAFUSION_RETURN_IF_ERROR(pictures_.Add(sources.visible, group.paths[1], pictures[1]));
    for (std::size_t m = 0; m < options_.methods.size(); ++m) {
      const std::string& path = group.paths[m + 2];
      if (path.empty()) continue;
      auto fused = MeasureFused(sources, path, options_.max_pixels, options_.request);
      if (!fused.ok()) {
        if (!options_.keep_going) return fused.status();
        complaints.push_back(fused.status().message());
        continue;
      }
      SEAFUSION_RETURN_IF_ERROR(pictures_.Add(fused->image, path, pictures[m + 2]));
      values[m] = std::move(fused->values);
    }
    pair.values = std::move(values);
    pair.pictures = std::move(pictures);
    return OkStatus();
  }

  Status DropPairsThatFailed() {
    std::erase_if(report_.pairs, [](const Pair& pair) {
      for (const auto& values : pair.values) {
        if (!values.empty()) return false;
      }
      return true;
    });
    if (report_.pairs.empty()) return InvalidArgument("no pair could be measured");
    SEAFUSION_RETURN_IF_ERROR(AddTasks());
    pictures_.Settle(report_);
    return OkStatus();
  }

  Status AddTasks() {
    std::vector<std::string> pairs;
    for (const PictureGroup& group : groups_) pairs.push_back(group.stem);
    for (const std::string& folder : options_.tasks) {
      SEAFUSION_ASSIGN_OR_RETURN(
          report::TaskTable table,
          ReadTaskTable(folder, "Of " + folder, pairs, options_.max_pixels, pictures_));
      report_.tasks.push_back(std::move(table));
    }
    return OkStatus();
  }

  void Describe() {
    report_.title = options_.title;
    report_.request = options_.request;
    report_.settings = {{"seafusion", std::string(Version())},
                        {"infrared pictures", options_.infrared},
                        {"visible pictures", options_.visible}};
    for (const auto& method : options_.methods) {
      report_.settings.emplace_back("pictures of " + method.name, method.source);
    }
    AddPageSettings(pictures_.embed(), report_);
  }

  const ReportOptions& options_;
  Report report_;
  std::vector<PictureGroup> groups_;
  PagePictures pictures_;
  int failed_ = 0;
};

int Run(const ReportOptions& options) {
  ReportRun run(options);
  const Status status = run.Run();
  if (!status.ok()) std::fprintf(stderr, "seafusion report: %s\n", status.message().c_str());
  if (std::fflush(stdout) != 0) {
    std::perror("seafusion report: cannot write the result");
    return kExitFailed;
  }
  return status.ok() && !run.anything_failed() ? kExitOk : kExitFailed;
}

}  // namespace
}  // namespace seafusion::tools

extern "C" __attribute__((visibility("default"))) int seafusion_run_report(const void* options) {
  try {
    return seafusion::tools::Run(*static_cast<const seafusion::tools::ReportOptions*>(options));
  } catch (const std::exception& e) {
    std::fprintf(stderr, "seafusion report: %s\n", e.what());
    return seafusion::tools::kExitFailed;
  }
}
