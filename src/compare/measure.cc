#include "compare/measure.h"

#include <algorithm>
#include <cstddef>
#include <memory>
#include <mutex>
#include <set>
#include <utility>

#include "core/cpu/thread_pool.h"
#include "core/status_macros.h"
#include "io/infrared_levels.h"
#include "io/measure_files.h"

namespace seafusion::compare {
namespace {

using metrics::Metric;
using metrics::MetricRequest;
using metrics::MetricValue;

// The values of the request in its order; none where one is missing.
std::vector<MetricValue> Requested(const MetricRequest& request,
                                   const std::vector<MetricValue>& values) {
  std::vector<MetricValue> found;
  std::set<Metric> seen;
  for (const Metric metric : request.metrics) {
    if (!seen.insert(metric).second) continue;
    for (const metrics::Convention convention : request.conventions) {
      const auto it = std::find_if(values.begin(), values.end(), [&](const MetricValue& v) {
        return v.metric == metric && v.convention == convention;
      });
      if (it == values.end()) return {};
      found.push_back(*it);
    }
  }
  return found;
}

// The methods whose picture of this pair lacks a value that is asked for; the others have all.
std::vector<std::size_t> NotMeasured(const MetricRequest& request, ComparedData& data,
                                     std::size_t p) {
  std::vector<std::size_t> wanted;
  for (std::size_t m = 0; m < data.methods.size(); ++m) {
    if (p >= data.methods[m].pairs.size()) continue;
    FusedRecord& record = data.methods[m].pairs[p].record;
    if (record.fused.empty()) continue;
    record.values = Requested(request, record.values);
    if (record.values.empty()) wanted.push_back(m);
  }
  return wanted;
}

// With the infrared picture as the methods saw it.
StatusOr<io::SourcePictures> Sources(const CompareSettings& settings, const align::OpenedRig& rig,
                                     const io::PicturePair& files) {
  SEAFUSION_ASSIGN_OR_RETURN(align::PlacedSources placed,
                             align::ReadPlacedSources(files.infrared, files.visible,
                                                      {.max_pixels = settings.max_pixels}, rig));
  io::SourcePictures& sources = placed.pictures;
  StatusOr<ImageBuffer> levels = io::InfraredLevels(
      std::move(sources.infrared), sources.visible.view(), settings.fuse.infrared_range);
  if (!levels.ok()) return levels.status().Annotate(files.infrared);
  sources.infrared = *std::move(levels);
  return std::move(sources);
}

// `mutex` guards the states.
Status MeasurePair(const CompareSettings& settings, const align::OpenedRig& rig,
                   const RunMonitor& monitor, std::size_t p, ComparedData& data,
                   std::vector<RunState>& states, std::mutex& mutex,
                   std::vector<std::string>& complaints) {
  const io::PicturePair& files = data.pairs[p];
  const auto sources = Sources(settings, rig, files);
  for (const std::size_t m : NotMeasured(settings.request, data, p)) {
    if (monitor.Stopped()) return Cancelled("interrupted");
    ComparedPair& pair = data.methods[m].pairs[p];
    auto fused = sources.ok()
                     ? io::MeasureFused(*sources, pair.path, settings.max_pixels, settings.request)
                     : sources.status();
    if (!fused.ok()) {
      pair.error = fused.status().message();
      if (data.methods[m].is_source) continue;  // told of the methods
      complaints.push_back(data.methods[m].label + ": " + pair.error);
      continue;
    }
    pair.record.width = fused->image.width();
    pair.record.height = fused->image.height();
    pair.record.values = std::move(fused->values);
    const std::lock_guard lock(mutex);
    SEAFUSION_RETURN_IF_ERROR(states[m].Put(files.stem, pair.record));
  }
  return OkStatus();
}

}  // namespace

Status MeasureData(const CompareSettings& settings, const align::OpenedRig& rig,
                   const std::string& label, const RunMonitor& monitor, ComparedData& data,
                   std::vector<RunState>& states) {
  std::vector<std::size_t> pairs;  // with anything left to measure
  for (std::size_t p = 0; p < data.pairs.size(); ++p) {
    if (!NotMeasured(settings.request, data, p).empty()) pairs.push_back(p);
  }
  RunProgress progress = {.label = label,
                          .unit = "pairs",
                          .done = data.pairs.size() - pairs.size(),
                          .total = data.pairs.size(),
                          .skipped = data.pairs.size() - pairs.size()};
  monitor.Report(progress);
  std::mutex mutex;
  SEAFUSION_ASSIGN_OR_RETURN(const std::unique_ptr<ThreadPool> pool,
                             ThreadPool::Create(settings.threads));
  return pool->ParallelFor(pairs.size(), [&](std::size_t i, int) -> Status {
    std::vector<std::string> complaints;
    SEAFUSION_RETURN_IF_ERROR(
        MeasurePair(settings, rig, monitor, pairs[i], data, states, mutex, complaints));
    const std::lock_guard lock(mutex);
    for (const std::string& complaint : complaints) monitor.Say(complaint);
    ++progress.done;
    progress.detail = data.pairs[pairs[i]].stem;
    monitor.Report(progress);
    return OkStatus();
  });
}

}  // namespace seafusion::compare
