#include "batch/measure/metrics_run.h"

#include <cstddef>
#include <memory>
#include <mutex>
#include <utility>
#include <vector>

#include "align/place/placed_sources.h"
#include "batch/measure/written_report.h"
#include "core/cpu/thread_pool.h"
#include "core/status_macros.h"
#include "io/infrared_levels.h"
#include "io/measure_files.h"
#include "io/sets/picture_groups.h"

namespace seafusion::batch {
namespace {

StatusOr<std::vector<metrics::MetricValue>> Measure(const MetricsRunSettings& settings,
                                                    const align::OpenedRig& rig,
                                                    const MeasuredPair& pair) {
  SEAFUSION_ASSIGN_OR_RETURN(
      align::PlacedSources placed,
      align::ReadPlacedSources(pair.infrared, pair.visible, settings.sources, rig));
  io::SourcePictures& sources = placed.pictures;
  StatusOr<ImageBuffer> levels = io::InfraredLevels(
      std::move(sources.infrared), sources.visible.view(), settings.infrared_range);
  if (!levels.ok()) return levels.status().Annotate(pair.infrared);
  sources.infrared = *std::move(levels);
  SEAFUSION_ASSIGN_OR_RETURN(
      const io::FusedPicture fused,
      io::MeasureFused(sources, pair.fused, settings.sources.max_pixels, settings.request));
  return fused.values;
}

// Sorts the pictures of the three sources into those that belong together and those without
// partners.
Status FindPairs(const MetricsRunSettings& settings, const RunMonitor& monitor,
                 MetricsReport& report) {
  const std::vector<std::string> sources = {settings.infrared, settings.visible, settings.fused};
  SEAFUSION_ASSIGN_OR_RETURN(const io::PictureGroups found,
                             io::GroupPictures(sources, settings.pairing));
  const std::vector<std::string> names = io::NamesOf(sources, settings.pairing);
  if (settings.notes && !found.rule.empty()) monitor.Say("paired by: " + found.rule);
  for (const io::PictureGroup& group : found.groups) {
    if (group.complete()) {
      report.pairs.push_back({group.stem, group.paths[0], group.paths[1], group.paths[2], {}, ""});
      continue;
    }
    for (const std::string& path : group.paths) {
      if (!path.empty()) report.unpaired.push_back(path);
    }
    for (const std::string& complaint : group.Complaints(names)) monitor.Say(complaint);
  }
  if (report.pairs.empty()) {
    return NotFound("no picture name is in all of " + names[0] + ", " + names[1] + " and " +
                    names[2]);
  }
  if (!report.unpaired.empty() && !settings.keep_going) {
    return InvalidArgument(std::to_string(report.unpaired.size()) +
                           (report.unpaired.size() == 1 ? " picture has" : " pictures have") +
                           " no partner; --keep-going measures the " +
                           std::to_string(report.pairs.size()) +
                           (report.pairs.size() == 1 ? " pair" : " pairs") + " without them");
  }
  return OkStatus();
}

Status MeasureAll(const MetricsRunSettings& settings, const RunMonitor& monitor,
                  MetricsReport& report) {
  SEAFUSION_ASSIGN_OR_RETURN(const align::OpenedRig rig, align::OpenRig(settings.rig));
  RunProgress progress = {.label = "metrics", .unit = "pairs", .total = report.pairs.size()};
  monitor.Report(progress);
  std::mutex mutex;  // guards progress and the monitor
  SEAFUSION_ASSIGN_OR_RETURN(const std::unique_ptr<ThreadPool> pool,
                             ThreadPool::Create(settings.threads));
  return pool->ParallelFor(report.pairs.size(), [&](std::size_t i, int) -> Status {
    if (monitor.Stopped()) return Cancelled("interrupted");
    MeasuredPair& pair = report.pairs[i];
    auto values = Measure(settings, rig, pair);
    const Status status = values.status();
    const std::lock_guard lock(mutex);
    if (status.ok()) {
      pair.values = *std::move(values);
    } else {
      pair.error = status.message();
      if (settings.keep_going) monitor.Say(pair.error);
    }
    ++progress.done;
    progress.detail = pair.name;
    monitor.Report(progress);
    return settings.keep_going ? OkStatus() : status;
  });
}

}  // namespace

MetricsReport MeasurePictures(const MetricsRunSettings& settings, const RunMonitor& monitor) {
  return WrittenReport(settings, [&](MetricsReport& report) -> Status {
    SEAFUSION_RETURN_IF_ERROR(FindPairs(settings, monitor, report));
    io::KeptInputs inputs;
    for (const MeasuredPair& pair : report.pairs) {
      for (const std::string& path : {pair.infrared, pair.visible, pair.fused}) inputs.Add(path);
    }
    SEAFUSION_RETURN_IF_ERROR(CheckOutputs(settings, inputs));
    SEAFUSION_RETURN_IF_ERROR(MeasureAll(settings, monitor, report));
    return report.measured() == 0 ? InvalidArgument("no pair could be measured") : OkStatus();
  });
}

}  // namespace seafusion::batch
