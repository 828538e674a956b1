#include "stream/fuse/stream_fusion.h"

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <memory>
#include <utility>

#include "core/status_macros.h"
#include "fuse/load_fuser.h"
#include "stream/read/open_sources.h"
#include "stream/write/open_sink.h"

namespace seafusion::stream {
namespace {

using Clock = std::chrono::steady_clock;

// Frames there will be, where both streams tell; 0: unknown.
std::uint64_t ExpectedFrames(const StreamSettings& settings, const StreamSources& sources) {
  const StreamInfo& infrared = sources.infrared->info();
  const StreamInfo& visible = sources.visible->info();
  const double a = static_cast<double>(infrared.frames) / infrared.rate.value();
  const double b = static_cast<double>(visible.frames) / visible.rate.value();
  if (visible.frames == 0 || infrared.frames == 0 || a > b) return settings.max_frames;
  return settings.max_frames == 0 ? visible.frames : std::min(visible.frames, settings.max_frames);
}

// A failure means that the run could not begin; later ones are in the report.
Status Fuse(const StreamSettings& settings, const RunMonitor& monitor, StreamReport& report) {
  SEAFUSION_RETURN_IF_ERROR(CheckSink(settings));
  SEAFUSION_ASSIGN_OR_RETURN(const Fuser fuser, LoadFuser(settings.weights, settings.engine));
  report.engine = fuser.engine_name();
  SEAFUSION_ASSIGN_OR_RETURN(StreamSources sources, OpenSources(settings, monitor.stop));
  report.live = sources.live;
  RunProgress progress = {
      .label = "fuse", .unit = "frames", .total = ExpectedFrames(settings, sources)};
  monitor.Report(progress);
  const MakeSink make_sink = SinkMaker(settings, sources.visible->info().rate);
  const auto pair = sources.live ? PairNewest : PairByTime;
  const std::unique_ptr<PairSource> pairs =
      pair(std::move(sources.infrared), std::move(sources.visible), settings.sync,
           settings.failure_is_end);
  const auto start = Clock::now();
  report.result = FuseStreams(fuser, *pairs, make_sink,
                              {.settings = settings.fuse,
                               .range_smoothing = settings.range_smoothing,
                               .gray = settings.gray,
                               .bits = settings.bits,
                               .live = report.live,
                               .latency = settings.latency,
                               .max_frames = settings.max_frames,
                               .cancel = monitor.stop,
                               .on_frame = [&](std::uint64_t frames) {
                                 progress.done = frames;
                                 monitor.Report(progress);
                               }});
  report.seconds = std::chrono::duration<double>(Clock::now() - start).count();
  return OkStatus();
}

}  // namespace

StreamReport RunStreamFusion(const StreamSettings& settings, const RunMonitor& monitor) {
  StreamReport report;
  report.infrared = settings.infrared;
  report.visible = settings.visible;
  report.output = settings.output;
  report.start = Fuse(settings, monitor, report);
  return report;
}

}  // namespace seafusion::stream
