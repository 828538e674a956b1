// The work of `seafusion fuse` on videos, cameras and numbered pictures.
#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <exception>
#include <memory>
#include <string>
#include <utility>

#include <seafusion/fuser.h>

#include "command.h"
#include "core/status_macros.h"
#include "fuse/load_fuser.h"
#include "interrupt.h"
#include "io/stream/fuse_streams.h"
#include "io/stream/stream_pairs.h"
#include "options/fuse_options.h"
#include "progress.h"
#include "stream_plan.h"
#include "stream_report.h"

namespace seafusion::tools {
namespace {

using Clock = std::chrono::steady_clock;

ProgressMode ModeOf(const FuseOptions& options) {
  if (options.progress) return ProgressMode::kAlways;
  return options.quiet ? ProgressMode::kNever : ProgressMode::kAuto;
}

// Frames there will be, where both streams tell; 0: unknown.
std::uint64_t ExpectedFrames(const FuseOptions& options, const StreamSources& sources) {
  const io::StreamInfo& infrared = sources.infrared->info();
  const io::StreamInfo& visible = sources.visible->info();
  const double a = static_cast<double>(infrared.frames) / infrared.rate.value();
  const double b = static_cast<double>(visible.frames) / visible.rate.value();
  if (visible.frames == 0 || infrared.frames == 0 || a > b) return options.stream.max_frames;
  return options.stream.max_frames == 0 ? visible.frames
                                        : std::min(visible.frames, options.stream.max_frames);
}

// The whole run. A failure means that it could not begin; later ones are in the report.
Status FuseAll(const FuseOptions& options, StreamReport& report) {
  const InterruptGuard interrupt;
  SEAFUSION_RETURN_IF_ERROR(CheckSink(options));
  SEAFUSION_ASSIGN_OR_RETURN(const Fuser fuser,
                             LoadFuser(options.model, {.threads = options.threads,
                                                       .precision = options.precision,
                                                       .cpu_target = options.cpu_target,
                                                       .tile = options.tile}));
  report.engine = fuser.engine_name();
  SEAFUSION_ASSIGN_OR_RETURN(StreamSources sources, OpenSources(options, interrupt.Flag()));
  report.live = sources.live;
  Progress progress("fuse", "frames", ExpectedFrames(options, sources), ModeOf(options));
  const io::MakeSink make_sink = SinkMaker(options, sources.visible->info().rate);
  const auto pair = sources.live ? io::PairNewest : io::PairByTime;
  const std::unique_ptr<io::PairSource> pairs =
      pair(std::move(sources.infrared), std::move(sources.visible), options.stream.sync,
           options.stream.eof_action_given);
  const auto start = Clock::now();
  report.result =
      io::FuseStreams(fuser, *pairs, make_sink,
                      {.settings = options.settings,
                       .range_smoothing = options.stream.range_smoothing,
                       .gray = options.gray,
                       .bits = options.bits,
                       .live = report.live,
                       .max_frames = options.stream.max_frames,
                       .cancel = &interrupt.Flag(),
                       .on_frame = [&](std::uint64_t frames) { progress.Update(frames); }});
  report.seconds = std::chrono::duration<double>(Clock::now() - start).count();
  return OkStatus();
}

int Run(const FuseOptions& options) {
  // A reader of standard output that goes away then fails the write, which is reported.
  std::signal(SIGPIPE, SIG_IGN);
  StreamReport report;
  report.infrared = options.infrared;
  report.visible = options.visible;
  report.output = options.output;
  if (const Status status = FuseAll(options, report); !status.ok()) {
    report.error = status.message();
  }
  const std::vector<std::string> problems = Problems(report);
  for (const std::string& problem : problems) {
    std::fprintf(stderr, "seafusion fuse: %s\n", problem.c_str());
  }
  // Standard output may be the video.
  std::FILE* const results = options.output == "-" ? stderr : stdout;
  if (options.json) {
    std::fputs(JsonText(report).c_str(), results);
  } else if (report.error.empty() && !options.quiet) {
    std::fprintf(results, "%s\n", SummaryText(report).c_str());
  }
  if (std::fflush(results) != 0) {
    std::perror("seafusion fuse: cannot write the summary");
    return kExitFailed;
  }
  return problems.empty() ? kExitOk : kExitFailed;
}

}  // namespace
}  // namespace seafusion::tools

extern "C" __attribute__((visibility("default"))) int seafusion_run_fuse_video(
    const void* options) {
  try {
    return seafusion::tools::Run(*static_cast<const seafusion::tools::FuseOptions*>(options));
  } catch (const std::exception& e) {
    std::fprintf(stderr, "seafusion fuse: %s\n", e.what());
    return seafusion::tools::kExitFailed;
  }
}
