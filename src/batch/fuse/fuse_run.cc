#include "batch/fuse/fuse_run.h"

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <future>
#include <limits>
#include <memory>
#include <optional>
#include <utility>

#include "align/place/found_rig.h"
#include "align/place/on_canvas.h"
#include "align/place/placed_sources.h"
#include "align/run/find_rig.h"
#include "align/watch/shift_watch.h"
#include "batch/fuse/fuse_plan.h"
#include "core/files/file.h"
#include "core/memory/image_buffer.h"
#include "core/status_macros.h"
#include "fuse/range/gentle_range.h"
#include "fuse/range/infrared_range.h"
#include "io/image_file.h"
#include "io/measure_files.h"

namespace seafusion::batch {
namespace {

PixelFormat OutputFormat(const FuseRunSettings& settings, const ImageBuffer& visible) {
  const bool gray = settings.gray || ChannelCount(visible.format()) == 1;
  if (settings.bits == 16) return gray ? PixelFormat::kGray16 : PixelFormat::kRgb16;
  return gray ? PixelFormat::kGray8 : PixelFormat::kRgb8;
}

// With a range in degrees in the picture's own numbers.
StatusOr<FuseSettings> SettingsFor(const FuseRunSettings& settings,
                                   const io::SourcePictures& pictures) {
  FuseSettings fuse = settings.fuse;
  if (!settings.celsius) return fuse;
  InfraredRange& range = fuse.infrared_range;
  range.kind = InfraredRange::Kind::kFixed;
  range.lo = settings.celsius->lo;
  range.hi = settings.celsius->hi;
  if (pictures.thermometer) {
    range.lo = pictures.thermometer->Counts(settings.celsius->lo);
    range.hi = pictures.thermometer->Counts(settings.celsius->hi);
  } else if (pictures.infrared.format() != PixelFormat::kGrayF32) {
    return InvalidArgument(pictures.infrared_path +
                           ": does not say which counts are which temperature; give the range in "
                           "counts");
  }
  return fuse;
}

// The rig that the settings name, or that the pictures tell.
StatusOr<align::OpenedRig> OpenRig(const FuseRunSettings& settings, const RunMonitor& monitor) {
  if (settings.rig.file != align::kAutoRig) return align::OpenRig(settings.rig);
  align::RigSettings search;
  search.infrared = settings.infrared;
  search.visible = settings.visible;
  search.registration.threads = settings.method.threads;
  search.sources = settings.sources;
  search.pairing = settings.pairing;
  const align::RigReport report = align::FindRig(search, monitor);
  SEAFUSION_RETURN_IF_ERROR(report.status);
  if (report.refused) return align::CheckFound(*report.registration);
  return align::OpenRig(*report.rig, settings.rig.canvas, align::kAutoRig);
}

StatusOr<ImageBuffer> FusePair(const methods::FusionMethod& method, const FuseRunSettings& settings,
                               const align::Warper* warper, const FuseJob& job,
                               const io::SourcePictures& pictures) {
  StatusOr<ImageBuffer> out =
      ImageBuffer::Create(pictures.visible.width(), pictures.visible.height(),
                          OutputFormat(settings, pictures.visible));
  if (!out.ok()) return out.status().Annotate(job.visible);
  methods::TraceLine trace;
  if (settings.trace) {
    trace = [&](const std::string& line) { settings.trace(job.output, line); };
  }
  SEAFUSION_ASSIGN_OR_RETURN(FuseSettings fuse, SettingsFor(settings, pictures));
  OutputRange gentle;
  if (warper != nullptr) fuse.gentle_range = &gentle;
  const Status fused =
      method.Fuse(pictures.infrared.view(), pictures.visible.view(), out->view(), fuse, trace);
  if (!fused.ok()) return fused.Annotate(job.infrared + " and " + job.visible);
  if (warper != nullptr) {
    SEAFUSION_RETURN_IF_ERROR(align::ShowWhatOneSees(*warper, pictures.infrared.view(),
                                                     pictures.visible.view(),
                                                     Resolved(fuse, gentle), out->view())
                                  .Annotate(job.infrared + " and " + job.visible));
  }
  return out;
}

// Runs the jobs of a plan one after another; the next pair is read and the last picture written
// meanwhile.
class FuseRun {
 public:
  FuseRun(const FuseRunSettings& settings, const FusePlan& plan, align::OpenedRig rig,
          const RunMonitor& monitor, FuseReport& report)
      : settings_(settings),
        plan_(plan),
        rig_(std::move(rig)),
        monitor_(monitor),
        report_(report) {}

  void Run(const methods::FusionMethod& method) {
    ReportProgress("");
    std::future<StatusOr<align::PlacedSources>> next = StartLoading(0);
    std::size_t i = 0;
    for (; i < plan_.jobs.size() && !Stopped(); ++i) {
      if (monitor_.Stopped()) {
        report_.interrupted = true;
        break;
      }
      StatusOr<align::PlacedSources> pair = next.get();
      next = StartLoading(i + 1);
      Step(method, i, std::move(pair));
      TellShift(shift_.Take());
      ReportProgress(plan_.jobs[i].output);
    }
    FinishWriting();
    TellShift(shift_.Finish());
    for (; i < plan_.jobs.size(); ++i) report_.not_begun.push_back(plan_.jobs[i]);
    ReportProgress("");
  }

 private:
  // What became of a picture on its way to the disk.
  struct Written {
    Status status;
    std::string remark;
  };
  struct Writing {
    std::size_t job;
    std::uint64_t pixels;
    std::future<Written> result;
  };

  // A picture without its metadata is better than none.
  static Written Write(const std::string& path, const ImageView& image, IfExists if_exists,
                       const io::PictureMetadata& metadata, const ImageView& alpha) {
    Status status = io::WriteImage(path, image, if_exists, metadata, alpha);
    if (metadata.empty() || status.code() != StatusCode::kUnsupported) return {status, {}};
    return {io::WriteImage(path, image, if_exists, {}, alpha), status.message()};
  }

  // The visible picture's opacity, where the result has a place for it.
  ImageBuffer AlphaFor(const FuseJob& job, io::SourcePictures& pictures) {
    if (io::CanHoldAlpha(job.output)) return std::move(pictures.alpha);
    if (!told_alpha_ && io::IsSomewhereTransparent(pictures.alpha)) {
      told_alpha_ = true;
      monitor_.Say(job.output +
                   ": this format has no transparency, that of the visible picture is left out; "
                   "PNG, TIFF and WebP keep it");
    }
    return {};
  }

  void ReportProgress(const std::string& output) const {
    monitor_.Report({.label = "fuse",
                     .unit = "pairs",
                     .done = report_.done.size() + report_.failed.size(),
                     .total = plan_.jobs.size(),
                     .detail = output});
  }

  bool Stopped() const { return !report_.failed.empty() && !settings_.keep_going; }

  // Without a thread to spare the work is done when the result is asked for.
  template <typename Work>
  static auto Start(Work work) {
    return std::async(std::launch::async | std::launch::deferred, std::move(work));
  }

  std::future<StatusOr<align::PlacedSources>> StartLoading(std::size_t i) {
    if (i >= plan_.jobs.size()) return {};
    return Start([this, i] { return Load(i); });
  }

  StatusOr<align::PlacedSources> Load(std::size_t i) {
    const FuseJob& job = plan_.jobs[i];
    SEAFUSION_ASSIGN_OR_RETURN(
        align::PlacedSources pair,
        align::ReadPlacedSources(job.infrared, job.visible, settings_.sources, rig_));
    if (settings_.check && pair.warper == nullptr && i % looked_at_ == 0) {
      shift_.Add(pair.pictures.infrared.view(), pair.pictures.visible.view());
    }
    return pair;
  }

  void TellShift(const std::optional<align::ShiftReport>& shift) {
    if (!shift) return;
    report_.shift = shift;
    const std::string warning = align::WarningText(*shift);
    if (!warning.empty()) monitor_.Say(warning);
  }

  // Fuses one pair and, once the picture before is on the disk, starts writing it.
  void Step(const methods::FusionMethod& method, std::size_t i,
            StatusOr<align::PlacedSources> pair) {
    const FuseJob& job = plan_.jobs[i];
    if (pair.ok()) {
      for (const std::string& remark : pair->pictures.remarks) monitor_.Say(remark);
    }
    StatusOr<ImageBuffer> fused =
        pair.ok() ? FusePair(method, settings_, pair->warper.get(), job, pair->pictures)
                  : pair.status();
    FinishWriting();
    if (!fused.ok()) return Fail(i, fused.status());
    if (Stopped()) return report_.not_begun.push_back(job);
    const std::uint64_t pixels =
        static_cast<std::uint64_t>(fused->width()) * static_cast<std::uint64_t>(fused->height());
    const IfExists if_exists = settings_.overwrite ? IfExists::kReplace : IfExists::kFail;
    io::PictureMetadata metadata;
    if (settings_.metadata) metadata = pair->pictures.metadata;
    ImageBuffer alpha = AlphaFor(job, pair->pictures);
    writing_ = Writing{i, pixels,
                       Start([image = *std::move(fused), path = job.output, if_exists, metadata,
                              alpha = std::move(alpha)] {
                         return Write(path, image.view(), if_exists, metadata,
                                      alpha.empty() ? ImageView() : alpha.view());
                       })};
  }

  void FinishWriting() {
    if (!writing_) return;
    Writing writing = *std::exchange(writing_, std::nullopt);
    const Written written = writing.result.get();
    if (!written.status.ok()) return Fail(writing.job, written.status);
    if (!written.remark.empty()) monitor_.Say(written.remark);
    report_.done.push_back(plan_.jobs[writing.job]);
    report_.pixels += writing.pixels;
  }

  void Fail(std::size_t i, const Status& status) {
    monitor_.Say(status.message());
    report_.failed.push_back({plan_.jobs[i], status.message()});
  }

  const FuseRunSettings& settings_;
  const FusePlan& plan_;
  const align::OpenedRig rig_;
  const RunMonitor& monitor_;
  FuseReport& report_;
  // Every so many pairs are looked at: near the beginning, and yet of several scenes.
  const std::size_t looked_at_ =
      std::clamp<std::size_t>(plan_.jobs.size() / align::ShiftCheck::kMostPairs, 1, 4);
  align::ShiftWatch shift_;
  std::optional<Writing> writing_;
  bool told_alpha_ = false;
};

// The range that all pictures have room in, of all shards and whatever exists already: the same
// whichever part of the pairs is fused now.
StatusOr<InfraredRange> FolderRange(const FuseRunSettings& settings, const FusePlan& plan,
                                    const RunMonitor& monitor) {
  InfraredRange upright = settings.fuse.infrared_range;
  upright.invert = false;
  InfraredRange all = {.kind = InfraredRange::Kind::kFixed,
                       .lo = std::numeric_limits<double>::infinity(),
                       .hi = -std::numeric_limits<double>::infinity(),
                       .invert = settings.fuse.infrared_range.invert};
  RunProgress progress = {.label = "range", .unit = "pictures", .total = plan.infrared.size()};
  for (const std::string& path : plan.infrared) {
    if (monitor.Stopped()) return Cancelled("interrupted");
    SEAFUSION_ASSIGN_OR_RETURN(const ImageBuffer picture, io::ReadInfrared(path, settings.sources));
    const StatusOr<LinearMap> map = FindInfraredMap(picture.view(), upright);
    if (!map.ok()) return map.status().Annotate(path);
    if (map->scale > 0) {
      all.lo = std::min(all.lo, double{map->lo});
      all.hi = std::max(all.hi, map->lo + 1.0 / map->scale);
    }
    ++progress.done;
    monitor.Report(progress);
  }
  if (!(all.lo < all.hi)) return settings.fuse.infrared_range;
  return all;
}

Status FuseAll(const FuseRunSettings& settings, const methods::OpenLearnedMethods& open_learned,
               const RunMonitor& monitor, FuseReport& report) {
  SEAFUSION_ASSIGN_OR_RETURN(const FusePlan plan, PlanFuse(settings));
  report.unpaired = plan.unpaired;
  report.skipped = plan.existing;
  report.shard = settings.shard;
  report.elsewhere = plan.elsewhere;
  if (settings.notes && !plan.rule.empty()) monitor.Say("paired by: " + plan.rule);
  for (const std::string& complaint : plan.complaints) monitor.Say(complaint);
  if (!plan.unpaired.empty() && !settings.keep_going) {
    report.not_begun = plan.jobs;
    return InvalidArgument(std::to_string(plan.unpaired.size()) +
                           (plan.unpaired.size() == 1 ? " picture has" : " pictures have") +
                           " no partner; --keep-going fuses the other " +
                           std::to_string(plan.jobs.size()) +
                           (plan.jobs.size() == 1 ? " pair" : " pairs"));
  }
  if (settings.notes && !settings.skip_existing) {
    for (const FuseJob& job : plan.existing) monitor.Say(job.output + ": exists already, left out");
  }
  SEAFUSION_ASSIGN_OR_RETURN(const std::unique_ptr<methods::FusionMethod> method,
                             methods::CreateMethod(settings.method, open_learned));
  report.engine = method->engine_name();
  SEAFUSION_ASSIGN_OR_RETURN(const align::OpenedRig rig, OpenRig(settings, monitor));
  FuseRunSettings used = settings;
  if (settings.folder_range) {
    SEAFUSION_ASSIGN_OR_RETURN(used.fuse.infrared_range, FolderRange(settings, plan, monitor));
  }
  if (!plan.folder.empty()) SEAFUSION_RETURN_IF_ERROR(MakeFolder(plan.folder));
  FuseRun(used, plan, rig, monitor, report).Run(*method);
  return OkStatus();
}

}  // namespace

FuseReport FusePictures(const FuseRunSettings& settings,
                        const methods::OpenLearnedMethods& open_learned,
                        const RunMonitor& monitor) {
  const auto start = std::chrono::steady_clock::now();
  FuseReport report;
  report.method = settings.method.name;
  report.status = FuseAll(settings, open_learned, monitor, report);
  report.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  return report;
}

}  // namespace seafusion::batch
