#include "report/report_run.h"

#include <array>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <mutex>
#include <utility>

#include <seafusion/version.h>

#include "align/place/placed_sources.h"
#include "core/cpu/thread_pool.h"
#include "core/files/file.h"
#include "core/status_macros.h"
#include "io/infrared_levels.h"
#include "io/measure_files.h"
#include "io/pairing/kept_inputs.h"
#include "io/sets/picture_groups.h"
#include "report/task_table.h"

namespace seafusion::report {
namespace {

namespace fs = std::filesystem;
using io::PictureGroup;

std::string FolderOf(const std::string& path) {
  return fs::path(path).parent_path().string();
}

class ReportRun {
 public:
  ReportRun(const ReportSettings& settings, const RunMonitor& monitor)
      : settings_(settings),
        monitor_(monitor),
        pictures_(settings.embed, FolderOf(settings.output)) {}

  StatusOr<WrittenReport> Run() {
    SEAFUSION_RETURN_IF_ERROR(CheckPageTemplate());
    SEAFUSION_RETURN_IF_ERROR(CheckFiles());
    SEAFUSION_RETURN_IF_ERROR(FindPairs());
    SEAFUSION_ASSIGN_OR_RETURN(rig_, align::OpenRig(settings_.rig));
    SEAFUSION_RETURN_IF_ERROR(MeasureAll());
    SEAFUSION_RETURN_IF_ERROR(DropPairsThatFailed());
    SEAFUSION_RETURN_IF_ERROR(AddTasks());
    pictures_.Settle(report_);
    Describe();
    WrittenReport written = {.path = settings_.output,
                             .methods = report_.methods.size(),
                             .pairs = report_.pairs.size(),
                             .embedded = pictures_.embed(),
                             .failed = failed_};
    SEAFUSION_ASSIGN_OR_RETURN(written.bytes, WritePage(report_, settings_.output, if_exists()));
    return written;
  }

 private:
  IfExists if_exists() const { return settings_.overwrite ? IfExists::kReplace : IfExists::kFail; }

  Status CheckFiles() const {
    SEAFUSION_RETURN_IF_ERROR(CheckCanBeWritten(settings_.output, if_exists()));
    for (const std::string& task : settings_.tasks) {
      std::error_code ec;
      const fs::path table = fs::path(task) / "table.json";
      if (!fs::exists(table, ec)) {
        return NotFound(table.string() + ": there is none; seafusion detect and segment write it");
      }
    }
    return OkStatus();
  }

  Status FindPairs() {
    std::vector<std::string> sources = {settings_.infrared, settings_.visible};
    report_.methods = settings_.methods;
    for (const Method& method : settings_.methods) sources.push_back(method.folder);
    SEAFUSION_ASSIGN_OR_RETURN(io::PictureGroups found,
                               io::GroupPictures(sources, settings_.pairing));
    const std::vector<std::string> names = io::NamesOf(sources, settings_.pairing);
    if (!found.rule.empty()) monitor_.Say("paired by: " + found.rule);
    std::vector<PictureGroup>& groups = found.groups;
    int incomplete = 0;
    for (PictureGroup& group : groups) {
      bool usable = false;
      for (std::size_t s = 2; s < group.paths.size(); ++s) usable |= !group.paths[s].empty();
      usable = usable && !group.paths[0].empty() && !group.paths[1].empty();
      if (!group.complete()) {
        ++incomplete;
        monitor_.Say(group.Complaints(names).front());
      }
      if (usable) groups_.push_back(std::move(group));
    }
    if (groups_.empty()) {
      return NotFound("no picture name is in " + names[0] + ", in " + names[1] +
                      " and in the folder of a method");
    }
    if (incomplete > 0 && !settings_.keep_going) {
      return InvalidArgument(std::to_string(incomplete) +
                             (incomplete == 1 ? " picture name is" : " picture names are") +
                             " not in every folder; --keep-going goes on without what is missing");
    }
    io::KeptInputs inputs;
    for (const PictureGroup& group : groups_) {
      for (const std::string& path : group.paths) inputs.Add(path);
    }
    inputs.Add(settings_.pairing.table);
    inputs.Add(settings_.rig.file);
    SEAFUSION_RETURN_IF_ERROR(inputs.Check(settings_.output));
    // Single files have whatever names; the scene is the visible one's.
    if (groups_.size() == 1) groups_[0].stem = fs::path(groups_[0].paths[1]).stem().string();
    return OkStatus();
  }

  Status MeasureAll() {
    RunProgress progress = {.label = "report", .unit = "pairs", .total = groups_.size()};
    monitor_.Report(progress);
    std::mutex mutex;
    report_.pairs.resize(groups_.size());
    SEAFUSION_ASSIGN_OR_RETURN(const std::unique_ptr<ThreadPool> pool,
                               ThreadPool::Create(settings_.threads));
    return pool->ParallelFor(groups_.size(), [&](std::size_t i, int) -> Status {
      if (monitor_.Stopped()) return Cancelled("interrupted");
      std::vector<std::string> complaints;
      const Status status = MeasurePair(groups_[i], report_.pairs[i], complaints);
      const std::lock_guard lock(mutex);
      if (!status.ok() && settings_.keep_going) complaints.push_back(status.message());
      for (const std::string& complaint : complaints) {
        ++failed_;
        monitor_.Say(complaint);
      }
      ++progress.done;
      progress.detail = groups_[i].stem;
      monitor_.Report(progress);
      return settings_.keep_going ? OkStatus() : status;
    });
  }

  // With keep_going a method that fails is a complaint, not an error.
  Status MeasurePair(const PictureGroup& group, Pair& pair, std::vector<std::string>& complaints) {
    pair.name = group.stem;
    SEAFUSION_ASSIGN_OR_RETURN(
        align::PlacedSources placed,
        align::ReadPlacedSources(group.paths[0], group.paths[1], settings_.sources, rig_));
    io::SourcePictures& sources = placed.pictures;
    StatusOr<ImageBuffer> levels = io::InfraredLevels(
        std::move(sources.infrared), sources.visible.view(), settings_.infrared_range);
    if (!levels.ok()) return levels.status().Annotate(group.paths[0]);
    sources.infrared = *std::move(levels);
    pair.width = sources.visible.width();
    pair.height = sources.visible.height();
    std::vector<std::vector<metrics::MetricValue>> values(settings_.methods.size());
    std::vector<Picture> pictures(group.paths.size());
    if (placed.warper != nullptr) {
      SEAFUSION_RETURN_IF_ERROR(pictures_.AddInside(sources.infrared, pictures[0]));
      SEAFUSION_RETURN_IF_ERROR(pictures_.AddInside(sources.visible, pictures[1]));
    } else {
      SEAFUSION_RETURN_IF_ERROR(pictures_.Add(sources.infrared, group.paths[0], pictures[0]));
      SEAFUSION_RETURN_IF_ERROR(pictures_.Add(sources.visible, group.paths[1], pictures[1]));
    }
    for (std::size_t m = 0; m < settings_.methods.size(); ++m) {
      const std::string& path = group.paths[m + 2];
      if (path.empty()) continue;
      auto fused = io::MeasureFused(sources, path, settings_.sources.max_pixels, settings_.request);
      if (!fused.ok()) {
        if (!settings_.keep_going) return fused.status();
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
    return report_.pairs.empty() ? InvalidArgument("no pair could be measured") : OkStatus();
  }

  Status AddTasks() {
    std::vector<std::string> pairs;
    for (const PictureGroup& group : groups_) pairs.push_back(group.stem);
    for (const std::string& folder : settings_.tasks) {
      SEAFUSION_ASSIGN_OR_RETURN(
          TaskTable table,
          ReadTaskTable(folder, "Of " + folder, pairs, settings_.sources.max_pixels, pictures_));
      report_.tasks.push_back(std::move(table));
    }
    return OkStatus();
  }

  void Describe() {
    report_.title = settings_.title;
    report_.request = settings_.request;
    report_.settings = {{"seafusion", std::string(Version())},
                        {"infrared pictures", settings_.infrared},
                        {"visible pictures", settings_.visible}};
    if (rig_) {
      report_.settings.emplace_back(
          "rig", rig_.name + ", canvas " + std::string(align::CanvasName(rig_.canvas)));
    }
    for (const Method& method : settings_.methods) {
      report_.settings.emplace_back("pictures of " + method.name, method.folder);
    }
    AddPageSettings(pictures_.embed(), report_);
  }

  const ReportSettings& settings_;
  const RunMonitor& monitor_;
  Report report_;
  std::vector<PictureGroup> groups_;
  PagePictures pictures_;
  align::OpenedRig rig_;
  int failed_ = 0;
};

}  // namespace

StatusOr<WrittenReport> WriteReport(const ReportSettings& settings, const RunMonitor& monitor) {
  return ReportRun(settings, monitor).Run();
}

std::string SummaryText(const WrittenReport& report) {
  std::array<char, 160> numbers{};
  std::snprintf(numbers.data(), numbers.size(), ": %zu %s, %zu %s, %.1f MB, pictures %s",
                report.methods, report.methods == 1 ? "method" : "methods", report.pairs,
                report.pairs == 1 ? "pair" : "pairs", static_cast<double>(report.bytes) / 1e6,
                report.embedded ? "in the page" : "by links");
  return report.path + numbers.data();
}

}  // namespace seafusion::report
