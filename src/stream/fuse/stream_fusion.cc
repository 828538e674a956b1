#include "stream/fuse/stream_fusion.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <memory>
#include <optional>
#include <utility>

#include "align/watch/shift_watch.h"
#include "core/status_macros.h"
#include "fuse/weights/load_fuser.h"
#include "stream/read/open_sources.h"
#include "stream/rig/checked_pairs.h"
#include "stream/rig/drift_watch.h"
#include "stream/rig/find_stream_rig.h"
#include "stream/rig/placed_pairs.h"
#include "stream/stream_name.h"
#include "stream/sync/find_delay.h"
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

// The delay that motion in the first minute of both shows. The sources are read once for it alone.
StatusOr<double> DelayFromMotion(const StreamSettings& settings, const RunMonitor& monitor) {
  constexpr double kSeconds = 60;
  constexpr std::int64_t kMost = 10 * kMicroseconds;
  SEAFUSION_RETURN_IF_ERROR(CheckReadTwice(settings, "give the delay in seconds"));
  SEAFUSION_ASSIGN_OR_RETURN(const StreamSources sources, OpenSources(settings, monitor.stop));
  if (sources.live) {
    return InvalidArgument("a delay is for recordings; live streams are paired as they come");
  }
  SEAFUSION_ASSIGN_OR_RETURN(const auto infrared, MeasureMotion(*sources.infrared, kSeconds));
  SEAFUSION_ASSIGN_OR_RETURN(const auto visible, MeasureMotion(*sources.visible, kSeconds));
  const StatusOr<Delay> delay = FindDelay(infrared, visible, kMost);
  if (!delay.ok()) return delay.status().Annotate(settings.infrared + " and " + settings.visible);
  std::array<char, 100> text{};
  const double seconds = static_cast<double>(delay->microseconds) / kMicroseconds;
  std::snprintf(text.data(), text.size(),
                "the infrared stream is shifted by %.3f s (agreement %.2f)", seconds,
                delay->agreement);
  monitor.Say(text.data());
  return seconds;
}

StatusOr<align::OpenedRig> OpenRig(const StreamSettings& settings, bool live, PairSource& pairs,
                                   const RunMonitor& monitor) {
  if (settings.rig.file != align::kAutoRig) return align::OpenRig(settings.rig);
  SEAFUSION_ASSIGN_OR_RETURN(const align::Rig rig,
                             FindRigOfStreams(settings, live ? &pairs : nullptr, monitor));
  return align::OpenRig(rig, settings.rig.canvas, align::kAutoRig);
}

// A video into a video keeps its colours as they were coded; all else needs pictures.
VisibleFrames FramesFor(const StreamSettings& settings) {
  const SinkKind sink = KindOfSink(settings.output);
  const bool video = sink == SinkKind::kVideo || sink == SinkKind::kStandardOutput;
  const bool plain = settings.rig.file.empty() && !settings.gray && settings.bits == 8;
  return video && plain && !settings.preview ? VisibleFrames::kPlanes : VisibleFrames::kPictures;
}

// A failure means that the run could not begin; later ones are in the report.
Status Fuse(StreamSettings settings, const RunMonitor& monitor, StreamReport& report) {
  SEAFUSION_RETURN_IF_ERROR(CheckSink(settings));
  SEAFUSION_ASSIGN_OR_RETURN(const Fuser fuser, LoadFuser(settings.weights, settings.engine));
  report.engine = fuser.engine_name();
  if (settings.find_delay) {
    SEAFUSION_ASSIGN_OR_RETURN(settings.infrared_delay, DelayFromMotion(settings, monitor));
  }
  SEAFUSION_ASSIGN_OR_RETURN(StreamSources sources,
                             OpenSources(settings, monitor.stop, FramesFor(settings)));
  report.live = sources.live;
  RunProgress progress = {
      .label = "fuse", .unit = "frames", .total = ExpectedFrames(settings, sources)};
  const StreamInfo infrared = sources.infrared->info();
  StreamInfo shown = sources.visible->info();
  const bool parts = settings.infrared_crop || settings.infrared_format;
  if (settings.infrared == settings.visible && settings.check && !parts) {
    monitor.Say(settings.infrared +
                ": is named for both cameras; --ir-crop takes the part of a "
                "picture that is infrared");
  }
  if (shown.transparent) {
    monitor.Say(shown.name + ": streams have no transparency, its colours are taken as they are");
  }
  // Both outlive the pairs that they look at.
  align::ShiftWatch shift;
  std::unique_ptr<DriftWatch> drift;
  std::unique_ptr<PairSource> pairs = PairSources(std::move(sources), settings);
  SEAFUSION_ASSIGN_OR_RETURN(const align::OpenedRig rig,
                             OpenRig(settings, report.live, *pairs, monitor));
  if (!rig && settings.check) pairs = CheckPairs(std::move(pairs), report.live, shift);
  if (rig) {
    SEAFUSION_RETURN_IF_ERROR(CheckCameras(rig, infrared, shown));
    if (report.live || settings.rig_follow > 0) {
      SEAFUSION_ASSIGN_OR_RETURN(drift, DriftWatch::Create(rig, {.follow_px = settings.rig_follow,
                                                                 .beside = report.live}));
    }
    pairs = PlacePairs(std::move(pairs), rig, drift.get());
    if (rig.warper->base() == align::Source::kInfrared) {
      shown.pixel_width = infrared.pixel_width;
      shown.pixel_height = infrared.pixel_height;
    }
  }
  monitor.Report(progress);
  const MakeSink make_sink = SinkMaker(settings, shown);
  // Lines that only wait to be said; on this thread, as all that the monitor hears.
  const auto tell = [&](const std::optional<align::ShiftReport>& found) {
    if (found) {
      const std::string warning = align::WarningText(*found);
      if (!warning.empty()) monitor.Say(warning);
      report.shift = found;
    }
    if (drift == nullptr) return;
    if (const auto message = drift->TakeMessage()) monitor.Say(*message);
  };
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
                               .on_frame =
                                   [&](std::uint64_t frames) {
                                     progress.done = frames;
                                     monitor.Report(progress);
                                     tell(shift.Take());
                                   },
                               .say = [&](std::string_view line) { monitor.Say(line); }});
  for (const std::string& remark : report.result.remarks) monitor.Say(remark);
  tell(shift.Finish());
  if (drift != nullptr) {
    report.drift = drift->report();
    report.drift_text = drift->Summary();
  }
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
