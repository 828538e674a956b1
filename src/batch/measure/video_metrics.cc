#include "batch/measure/video_metrics.h"

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "batch/measure/written_report.h"
#include "core/status_macros.h"
#include "fuse/agc/steady_range.h"
#include "io/infrared_levels.h"
#include "metrics/sets/flicker.h"
#include "stream/picture_stream.h"
#include "stream/read/open_sources.h"
#include "stream/rig/placed_pairs.h"
#include "stream/sync/stream_pairs.h"

namespace seafusion::batch {
namespace {

StatusOr<std::vector<metrics::MetricValue>> MeasureFrame(const MetricsRunSettings& settings,
                                                         SteadyRange& range,
                                                         const stream::StreamPair& pair,
                                                         const ImageView& fused,
                                                         metrics::Flicker& flicker) {
  const ImageView visible = pair.visible->image.view();
  SEAFUSION_ASSIGN_OR_RETURN(const InfraredRange used,
                             range.Next(pair.infrared->image.view(),
                                        static_cast<double>(pair.time) / stream::kMicroseconds));
  SEAFUSION_ASSIGN_OR_RETURN(const ImageBuffer levels,
                             io::InfraredLevels(pair.infrared->image, visible, used));
  auto values = metrics::EvaluateMetrics(levels.view(), visible, fused, settings.request);
  if (values.ok()) SEAFUSION_RETURN_IF_ERROR(flicker.Add(levels.view(), visible, fused));
  return values;
}

Status MeasureFrames(const MetricsRunSettings& settings, const RunMonitor& monitor,
                     MetricsReport& report) {
  io::KeptInputs inputs;
  for (const std::string& path : {settings.infrared, settings.visible, settings.fused}) {
    stream::KeepFilesOf(path, inputs);
  }
  SEAFUSION_RETURN_IF_ERROR(CheckOutputs(settings, inputs));
  stream::StreamSettings streams;
  streams.infrared = settings.infrared;
  streams.visible = settings.visible;
  streams.max_pixels = settings.sources.max_pixels;
  streams.rig = settings.rig;
  streams.infrared_format = settings.sources.infrared_format;
  streams.infrared_crop = settings.sources.infrared_crop;
  SEAFUSION_ASSIGN_OR_RETURN(stream::StreamSources sources,
                             stream::OpenSources(streams, monitor.stop));
  if (sources.live) return InvalidArgument("live streams cannot be measured");
  SEAFUSION_ASSIGN_OR_RETURN(const std::unique_ptr<stream::FrameSource> fused,
                             stream::OpenFrames(settings.fused, streams, monitor.stop));
  RunProgress progress = {.label = "metrics", .unit = "frames", .total = fused->info().frames};
  SEAFUSION_ASSIGN_OR_RETURN(const align::OpenedRig rig, align::OpenRig(settings.rig));
  if (rig) {
    SEAFUSION_RETURN_IF_ERROR(
        stream::CheckCameras(rig, sources.infrared->info(), sources.visible->info()));
  }
  std::unique_ptr<stream::PairSource> pairs = stream::PairByTime(
      std::move(sources.infrared), std::move(sources.visible), {}, /*failure_is_end=*/false);
  if (rig) pairs = stream::PlacePairs(std::move(pairs), rig);
  SteadyRange range(settings.infrared_range, streams.range_smoothing);
  metrics::Flicker flicker;
  std::string early;  // which of them ended before the other
  for (std::uint64_t number = 1;; ++number) {
    if (monitor.Stopped()) return Cancelled("interrupted");
    SEAFUSION_ASSIGN_OR_RETURN(const stream::FramePtr frame, fused->Next());
    const std::optional<stream::StreamPair> pair = pairs->Next();
    if (frame == nullptr || !pair) {
      if (frame != nullptr) early = settings.infrared + " and " + settings.visible;
      if (pair) early = settings.fused;
      break;
    }
    if (pair->infrared == nullptr) {
      flicker.Cut();
      continue;
    }
    MeasuredPair& measured = report.pairs.emplace_back();
    measured.name = std::to_string(number);
    measured.infrared = settings.infrared;
    measured.visible = settings.visible;
    measured.fused = settings.fused;
    auto values = MeasureFrame(settings, range, *pair, frame->image.view(), flicker);
    if (!values.ok()) {
      return values.status().Annotate(settings.fused + ", frame " + measured.name);
    }
    measured.values = *std::move(values);
    ++progress.done;
    monitor.Report(progress);
  }
  report.flicker = flicker.value();
  for (const auto& counts : {pairs->infrared(), pairs->visible()}) {
    SEAFUSION_RETURN_IF_ERROR(counts.failure);
  }
  // Frames belong together by their place, which a frame that is left out moves.
  if (fused->damaged() != 0) {
    return CorruptData(settings.fused + ": " + std::to_string(fused->damaged()) +
                       " of its frames cannot be decoded, so which frame belongs to which pair is "
                       "not known");
  }
  if (!early.empty()) {
    const std::string said = early + ": no frame after the first " +
                             std::to_string(report.pairs.size()) +
                             ", while there are more of the rest";
    if (!settings.keep_going) {
      return InvalidArgument(said + "; --keep-going measures these");
    }
    monitor.Say(said);
  }
  if (report.pairs.empty()) {
    return InvalidArgument(settings.infrared + ", " + settings.visible + " and " + settings.fused +
                           ": no frame is in all three");
  }
  return OkStatus();
}

}  // namespace

MetricsReport MeasureVideos(const MetricsRunSettings& settings, const RunMonitor& monitor) {
  return WrittenReport(
      settings, [&](MetricsReport& report) { return MeasureFrames(settings, monitor, report); });
}

}  // namespace seafusion::batch
