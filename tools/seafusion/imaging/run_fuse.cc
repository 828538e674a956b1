// The work of `seafusion fuse`: read, fuse, write, pair after pair.
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <exception>
#include <filesystem>
#include <future>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "command.h"
#include "core/image_buffer.h"
#include "core/status_macros.h"
#include "fuse_plan.h"
#include "fuse_report.h"
#include "interrupt.h"
#include "io/image_file.h"
#include "make_method.h"
#include "measure_files.h"
#include "options/fuse_options.h"
#include "progress.h"

namespace seafusion::tools {
namespace {

PixelFormat OutputFormat(const FuseOptions& options, const ImageBuffer& visible) {
  const bool gray = options.gray || ChannelCount(visible.format()) == 1;
  if (options.bits == 16) return gray ? PixelFormat::kGray16 : PixelFormat::kRgb16;
  return gray ? PixelFormat::kGray8 : PixelFormat::kRgb8;
}

StatusOr<ImageBuffer> FusePair(const methods::FusionMethod& method, const FuseOptions& options,
                               const FuseJob& job, const SourcePictures& pictures) {
  StatusOr<ImageBuffer> out = ImageBuffer::Create(
      pictures.visible.width(), pictures.visible.height(), OutputFormat(options, pictures.visible));
  if (!out.ok()) return out.status().Annotate(job.visible);
  const methods::TraceLine trace = [&](const std::string& line) {
    std::fprintf(stderr, "%s: %s\n", job.output.c_str(), line.c_str());
  };
  const Status fused = method.Fuse(pictures.infrared.view(), pictures.visible.view(), out->view(),
                                   options.settings, options.trace ? trace : methods::TraceLine());
  if (!fused.ok()) return fused.Annotate(job.infrared + " and " + job.visible);
  return out;
}

// Runs the jobs of a plan one after another; the next pair is read and the last picture written
// meanwhile.
class FuseRun {
 public:
  FuseRun(const FuseOptions& options, const FusePlan& plan, FuseReport& report)
      : options_(options),
        plan_(plan),
        report_(report),
        progress_("fuse", "pairs", plan.jobs.size(), ModeOf(options, plan)) {}

  void Run(const methods::FusionMethod& method) {
    const InterruptGuard interrupt;
    std::future<StatusOr<SourcePictures>> next = StartLoading(0);
    std::size_t i = 0;
    for (; i < plan_.jobs.size() && !Stopped(); ++i) {
      if (interrupt.Interrupted()) {
        report_.interrupted = true;
        break;
      }
      StatusOr<SourcePictures> pictures = next.get();
      next = StartLoading(i + 1);
      Step(method, i, std::move(pictures));
      progress_.Update(report_.done.size() + report_.failed.size(), plan_.jobs[i].output);
    }
    FinishWriting();
    for (; i < plan_.jobs.size(); ++i) report_.not_begun.push_back(plan_.jobs[i]);
    progress_.Update(report_.done.size() + report_.failed.size());
  }

 private:
  // A picture on its way to the disk.
  struct Writing {
    std::size_t job;
    std::uint64_t pixels;
    std::future<Status> status;
  };

  static ProgressMode ModeOf(const FuseOptions& options, const FusePlan& plan) {
    if (options.progress) return ProgressMode::kAlways;
    return options.quiet || plan.jobs.size() < 2 ? ProgressMode::kNever : ProgressMode::kAuto;
  }

  bool Stopped() const { return !report_.failed.empty() && !options_.keep_going; }

  // Without a thread to spare the work is done when the result is asked for.
  template <typename Work>
  static auto Start(Work work) {
    return std::async(std::launch::async | std::launch::deferred, std::move(work));
  }

  std::future<StatusOr<SourcePictures>> StartLoading(std::size_t i) {
    if (i >= plan_.jobs.size()) return {};
    return Start([this, i] {
      const FuseJob& job = plan_.jobs[i];
      return ReadPair(job.infrared, job.visible, options_.max_pixels);
    });
  }

  // Fuses one pair and, once the picture before is on the disk, starts writing it.
  void Step(const methods::FusionMethod& method, std::size_t i, StatusOr<SourcePictures> pictures) {
    const FuseJob& job = plan_.jobs[i];
    StatusOr<ImageBuffer> fused =
        pictures.ok() ? FusePair(method, options_, job, *pictures) : pictures.status();
    FinishWriting();
    if (!fused.ok()) return Fail(i, fused.status());
    if (Stopped()) return report_.not_begun.push_back(job);
    const std::uint64_t pixels =
        static_cast<std::uint64_t>(fused->width()) * static_cast<std::uint64_t>(fused->height());
    const IfExists if_exists = options_.overwrite ? IfExists::kReplace : IfExists::kFail;
    writing_ = Writing{i, pixels, Start([image = *std::move(fused), path = job.output, if_exists] {
                         return io::WriteImage(path, image.view(), if_exists);
                       })};
  }

  void FinishWriting() {
    if (!writing_) return;
    Writing writing = *std::exchange(writing_, std::nullopt);
    if (const Status status = writing.status.get(); !status.ok()) return Fail(writing.job, status);
    report_.done.push_back(plan_.jobs[writing.job]);
    report_.pixels += writing.pixels;
  }

  void Fail(std::size_t i, const Status& status) {
    progress_.Message("seafusion fuse: " + status.message());
    report_.failed.push_back({plan_.jobs[i], status.message()});
  }

  const FuseOptions& options_;
  const FusePlan& plan_;
  FuseReport& report_;
  Progress progress_;
  std::optional<Writing> writing_;
};

Status MakeFolder(const std::string& folder) {
  if (folder.empty()) return OkStatus();
  std::error_code ec;
  std::filesystem::create_directories(folder, ec);
  if (ec) return IoError(folder + ": cannot be made: " + ec.message());
  return OkStatus();
}

// The whole run. A failure means that it could not begin; failed pairs are in the report.
Status FuseAll(const FuseOptions& options, FuseReport& report) {
  SEAFUSION_ASSIGN_OR_RETURN(const FusePlan plan, PlanFuse(options));
  report.unpaired = plan.unpaired;
  report.skipped = plan.existing;
  report.shard = options.shard;
  report.elsewhere = plan.elsewhere;
  for (const std::string& path : plan.unpaired) {
    std::fprintf(stderr, "seafusion fuse: %s: has no partner\n", path.c_str());
  }
  if (!plan.unpaired.empty() && !options.keep_going) {
    report.not_begun = plan.jobs;
    return InvalidArgument(std::to_string(plan.unpaired.size()) +
                           (plan.unpaired.size() == 1 ? " picture has" : " pictures have") +
                           " no partner; --keep-going fuses the " +
                           std::to_string(plan.jobs.size()) + " pairs without them");
  }
  if (!options.quiet && !options.skip_existing) {
    for (const FuseJob& job : plan.existing) {
      std::fprintf(stderr, "seafusion fuse: %s: exists already, left out\n", job.output.c_str());
    }
  }
  SEAFUSION_ASSIGN_OR_RETURN(const std::unique_ptr<methods::FusionMethod> method,
                             MakeMethod(options));
  report.engine = method->engine_name();
  SEAFUSION_RETURN_IF_ERROR(MakeFolder(plan.folder));
  FuseRun(options, plan, report).Run(*method);
  return OkStatus();
}

int Run(const FuseOptions& options) {
  const auto start = std::chrono::steady_clock::now();
  FuseReport report;
  report.method = options.method;
  const Status status = FuseAll(options, report);
  report.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  if (!status.ok()) {
    report.error = status.message();
    std::fprintf(stderr, "seafusion fuse: %s\n", status.message().c_str());
  }
  if (report.interrupted) {
    std::fprintf(stderr, "seafusion fuse: interrupted\n");
  }
  if (options.json) {
    std::fputs(JsonText(report).c_str(), stdout);
  } else if (status.ok() && !options.quiet) {
    std::printf("%s\n", SummaryText(report).c_str());
  }
  if (std::fflush(stdout) != 0) {
    std::perror("seafusion fuse: cannot write the summary");
    return kExitFailed;
  }
  const bool complete = status.ok() && report.failed.empty() && !report.interrupted;
  return complete ? kExitOk : kExitFailed;
}

}  // namespace
}  // namespace seafusion::tools

extern "C" __attribute__((visibility("default"))) int seafusion_run_fuse(const void* options) {
  try {
    return seafusion::tools::Run(*static_cast<const seafusion::tools::FuseOptions*>(options));
  } catch (const std::exception& e) {
    std::fprintf(stderr, "seafusion fuse: %s\n", e.what());
    return seafusion::tools::kExitFailed;
  }
}
