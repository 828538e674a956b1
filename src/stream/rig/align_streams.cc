#include "stream/rig/align_streams.h"

#include <array>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "align/place/found_rig.h"
#include "align/rig/rig_file.h"
#include "align/run/rig_outputs.h"
#include "core/status_macros.h"
#include "stream/picture_stream.h"
#include "stream/read/open_sources.h"
#include "stream/rig/find_stream_rig.h"
#include "stream/stream_name.h"
#include "stream/sync/stream_pairs.h"

namespace seafusion::stream {
namespace {

constexpr std::int64_t kBoardStep = kMicroseconds / 2;  // between two frames with a board
constexpr int kEnoughLiveViews = 25;                    // of a board
constexpr const char* kFrameName = "%06d";              // of a registered pair

// Hands pairs on and keeps one of them, about the middle of all, to be shown.
class PairKeeper : public PairSource {
 public:
  explicit PairKeeper(std::unique_ptr<PairSource> pairs) : pairs_(std::move(pairs)) {}

  std::optional<StreamPair> Next() override {
    std::optional<StreamPair> pair = pairs_->Next();
    if (pair && pair->infrared != nullptr && pair->visible != nullptr) {
      // Numbers 0, 1, 3, 7, ...
      if ((count_ & (count_ + 1)) == 0) kept_ = *pair;
      ++count_;
    }
    return pair;
  }
  StreamCounts infrared() const override { return pairs_->infrared(); }
  StreamCounts visible() const override { return pairs_->visible(); }

  const std::optional<StreamPair>& kept() const { return kept_; }
  std::uint64_t count() const { return count_; }

 private:
  std::unique_ptr<PairSource> pairs_;
  std::optional<StreamPair> kept_;
  std::uint64_t count_ = 0;
};

class StreamAlignment {
 public:
  StreamAlignment(const align::RigSettings& settings, const RunMonitor& monitor,
                  align::RigReport& report)
      : settings_(settings), monitor_(monitor), report_(report) {
    streams_.infrared = settings.infrared;
    streams_.visible = settings.visible;
    streams_.infrared_format = settings.sources.infrared_format;
    streams_.infrared_crop = settings.sources.infrared_crop;
    streams_.max_pixels = settings.sources.max_pixels;
  }

  Status Run() {
    if (!settings_.points.empty() || settings_.flir || !settings_.calibration.empty()) {
      return Unsupported(names() +
                         ": points and numbers of calibrations belong to pictures; save one of "
                         "each camera and name these");
    }
    SEAFUSION_RETURN_IF_ERROR(CheckOutputs());
    SEAFUSION_ASSIGN_OR_RETURN(const bool live, AreLive(streams_));
    if (live && !settings_.write.empty()) {
      return InvalidArgument("registered pairs are written of recordings; fuse --rig takes " +
                             names() + " as they are");
    }
    SEAFUSION_ASSIGN_OR_RETURN(const auto pairs, Open());
    SEAFUSION_RETURN_IF_ERROR(Find(*pairs, live));
    report_.pairs = pairs->count();
    if (report_.refused) return OkStatus();
    SEAFUSION_ASSIGN_OR_RETURN(const align::Warper warper, align::WarperOfRig(settings_, report_));
    if (!settings_.picture.empty()) {
      while (!pairs->kept() && pairs->Next()) {
      }
      if (!pairs->kept()) return InvalidArgument(names() + ": no pair of frames to be shown");
      SEAFUSION_RETURN_IF_ERROR(align::WriteJudgingPicture(settings_, *report_.rig, names(),
                                                           pairs->kept()->infrared->image.view(),
                                                           pairs->kept()->visible->image.view()));
    }
    if (!settings_.write.empty()) SEAFUSION_RETURN_IF_ERROR(WriteFrames(warper));
    return align::WriteRigFile(settings_, report_);
  }

 private:
  Status CheckOutputs() const {
    io::KeptInputs inputs;
    KeepFilesOf(settings_.infrared, inputs);
    KeepFilesOf(settings_.visible, inputs);
    SEAFUSION_RETURN_IF_ERROR(align::CheckRigOutputs(settings_, {}, inputs));
    if (settings_.write.empty()) return OkStatus();
    for (const char* folder : {"ir", "vi"}) {
      const std::filesystem::path file = std::string(kFrameName) + ".png";
      const auto names =
          NumberedName::Parse((std::filesystem::path(settings_.write) / folder / file).string());
      if (names) SEAFUSION_RETURN_IF_ERROR(CheckNumbers(*names, inputs));
    }
    return OkStatus();
  }

  std::string names() const { return settings_.infrared + " and " + settings_.visible; }

  StatusOr<std::unique_ptr<PairKeeper>> Open() const {
    SEAFUSION_ASSIGN_OR_RETURN(StreamSources sources, OpenOfAnySize(streams_, monitor_.stop));
    const auto pair = sources.live ? PairNewest : PairByTime;
    return std::make_unique<PairKeeper>(
        pair(std::move(sources.infrared), std::move(sources.visible), streams_.sync, false));
  }

  Status Find(PairSource& pairs, bool live) {
    if (!settings_.rig.empty()) {
      SEAFUSION_ASSIGN_OR_RETURN(report_.rig, align::ReadRig(settings_.rig));
      return OkStatus();
    }
    if (settings_.board) return FromBoard(pairs, live).Annotate(names());
    StatusOr<align::Registration> found =
        RegisterStreams(pairs, live, settings_.registration, monitor_);
    if (!found.ok()) return found.status().Annotate(names());
    if (align::SaysEnough(*found)) {
      std::array<char, 80> text{};
      std::snprintf(text.data(), text.size(), "%d pairs say enough", found->frames);
      monitor_.Say(text.data());
    }
    return align::TakeRegistration(settings_, *found, report_);
  }

  Status FromBoard(PairSource& pairs, bool live) {
    SEAFUSION_ASSIGN_OR_RETURN(align::BoardCalibrator calibrator,
                               align::BoardCalibrator::Create(*settings_.board));
    const int enough = live ? kEnoughLiveViews : align::BoardCalibrator::kMostViews;
    std::optional<std::int64_t> next;
    while (calibrator.good() < enough && calibrator.views().size() < align::kMostBoardPairs) {
      const std::optional<StreamPair> pair = pairs.Next();
      if (monitor_.Stopped()) return Cancelled("interrupted");
      if (!pair) break;
      if (pair->infrared == nullptr || pair->visible == nullptr || (next && pair->time < *next)) {
        continue;
      }
      next = pair->time + kBoardStep;
      std::array<char, 32> name{};
      std::snprintf(name.data(), name.size(), "%.2f s",
                    static_cast<double>(pair->time) / kMicroseconds);
      SEAFUSION_RETURN_IF_ERROR(
          calibrator.Add(name.data(), pair->infrared->image.view(), pair->visible->image.view()));
      monitor_.Report({.label = "board",
                       .unit = "views",
                       .done = static_cast<std::uint64_t>(calibrator.good()),
                       .total = live ? static_cast<std::uint64_t>(enough) : 0,
                       .detail = {}});
    }
    SEAFUSION_RETURN_IF_ERROR(pairs.infrared().failure);
    SEAFUSION_RETURN_IF_ERROR(pairs.visible().failure);
    return align::TakeBoard(settings_, calibrator, report_);
  }

  Status WriteFrames(const align::Warper& warper) {
    SEAFUSION_ASSIGN_OR_RETURN(const auto pairs, Open());
    while (const std::optional<StreamPair> pair = pairs->Next()) {
      monitor_.Report(
          {.label = "write", .unit = "pairs", .done = report_.written, .total = 0, .detail = {}});
      if (monitor_.Stopped()) {
        return Cancelled("interrupted after " + std::to_string(report_.written) + " pairs");
      }
      if (pair->infrared == nullptr || pair->visible == nullptr) continue;
      const std::string name = NumberedName::Parse(kFrameName)->At(report_.written + 1);
      SEAFUSION_RETURN_IF_ERROR(align::WriteRegisteredPair(settings_, warper, name,
                                                           pair->infrared->image.view(),
                                                           pair->visible->image.view())
                                    .Annotate(names()));
      ++report_.written;
    }
    SEAFUSION_RETURN_IF_ERROR(pairs->infrared().failure);
    return pairs->visible().failure;
  }

  const align::RigSettings& settings_;
  const RunMonitor& monitor_;
  align::RigReport& report_;
  StreamSettings streams_;
};

}  // namespace

align::RigReport AlignStreams(const align::RigSettings& settings, const RunMonitor& monitor) {
  align::RigReport report;
  report.status = StreamAlignment(settings, monitor, report).Run();
  return report;
}

}  // namespace seafusion::stream
