#include "compare/run.h"

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <fstream>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <seafusion/version.h>

#include "align/place/on_canvas.h"
#include "align/place/placed_sources.h"
#include "compare/folder/report_folder.h"
#include "compare/folder/run_state.h"
#include "compare/means.h"
#include "compare/measure.h"
#include "compare/page.h"
#include "compare/task.h"
#include "core/cpu/thread_pool.h"
#include "core/files/file.h"
#include "core/files/sha256.h"
#include "core/memory/image_buffer.h"
#include "core/status_macros.h"
#include "fuse/weights/load_fuser.h"
#include "io/image_file.h"
#include "io/infrared_levels.h"
#include "io/measure_files.h"
#include "io/pairing/pair_list.h"
#include "report/page_pictures.h"

namespace seafusion::compare {
namespace {

constexpr std::uint64_t kMaxPictureBytes = std::uint64_t{4} << 30;

StatusOr<std::string> Sha256OfFile(const std::string& path) {
  SEAFUSION_ASSIGN_OR_RETURN(const std::vector<std::uint8_t> bytes,
                             ReadFile(path, kMaxPictureBytes));
  return Sha256Hex(bytes);
}

std::string ProcessorName() {
  std::ifstream file("/proc/cpuinfo");
  for (std::string line; std::getline(file, line);) {
    if (!line.starts_with("model name")) continue;
    const std::size_t colon = line.find(':');
    if (colon != std::string::npos && colon + 2 < line.size()) return line.substr(colon + 2);
  }
  return "unknown processor";
}

// SHA-256 of the sources of a pair.
struct PairDigests {
  std::string infrared;
  std::string visible;
  std::string error;  // why they could not be read; empty: they were
};

class CompareRun {
 public:
  CompareRun(const CompareSettings& settings, const CompareServices& services,
             const RunMonitor& monitor)
      : settings_(settings), services_(services), monitor_(monitor) {}

  StatusOr<Comparison> Run() {
    SEAFUSION_RETURN_IF_ERROR(CheckNames(settings_));
    const auto start = std::chrono::steady_clock::now();
    comparison_.threads = settings_.threads > 0 ? settings_.threads : AvailableProcessors();
    comparison_.processor = ProcessorName();
    for (const CompareSettings::DataSet& set : settings_.data) {
      ComparedData data;
      data.set = set;
      SEAFUSION_RETURN_IF_ERROR(ListData(data));
      comparison_.data.push_back(std::move(data));
    }
    SEAFUSION_RETURN_IF_ERROR(OpenFolder());
    SEAFUSION_RETURN_IF_ERROR(OpenRig());
    for (ComparedData& data : comparison_.data) {
      SEAFUSION_RETURN_IF_ERROR(CompareOne(data));
    }
    comparison_.seconds =
        std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    SEAFUSION_RETURN_IF_ERROR(WriteResults());
    return std::move(comparison_);
  }

 private:
  Status ListData(ComparedData& data) const {
    SEAFUSION_ASSIGN_OR_RETURN(
        io::PairList list, io::ListPairs(data.set.infrared, data.set.visible, settings_.pairing));
    if (settings_.notes && !list.rule.empty()) monitor_.Say("paired by: " + list.rule);
    for (const std::string& complaint : list.Complaints()) monitor_.Say(complaint);
    if (!list.unpaired.empty() && !settings_.keep_going) {
      return InvalidArgument(std::to_string(list.unpaired.size()) +
                             (list.unpaired.size() == 1 ? " picture has" : " pictures have") +
                             " no partner; --keep-going compares the " +
                             std::to_string(list.pairs.size()) + " pairs without them");
    }
    data.pairs = std::move(list.pairs);
    if (settings_.first > 0 && data.pairs.size() > settings_.first)
      data.pairs.resize(settings_.first);
    return OkStatus();
  }

  Status OpenFolder() {
    SEAFUSION_ASSIGN_OR_RETURN(ReportFolder folder, ReportFolder::Open(settings_.folder));
    for (const ComparedData& data : comparison_.data) {
      for (const io::PicturePair& pair : data.pairs) {
        for (const std::string& path : {pair.infrared, pair.visible}) {
          if (folder.Holds(path)) {
            return InvalidArgument(path + ": is an input, and lies where the results go");
          }
        }
      }
    }
    folder_.emplace(std::move(folder));
    return OkStatus();
  }

  Status OpenRig() {
    SEAFUSION_ASSIGN_OR_RETURN(rig_, align::OpenRig(settings_.rig));
    if (!rig_) return OkStatus();
    SEAFUSION_ASSIGN_OR_RETURN(rig_stamp_, Sha256OfFile(settings_.rig.file));
    rig_stamp_ += " " + std::string(align::CanvasName(settings_.rig.canvas));
    return OkStatus();
  }

  // Whatever was measured depends on the rig, where there is one.
  RunStamp WithRig(RunStamp stamp) const {
    if (rig_) stamp.emplace_back("rig", rig_stamp_);
    return stamp;
  }

  // Whether the sources are brought onto each other: by a rig, or by what one file that holds both
  // says.
  bool Moved(const ComparedData& data) const {
    const io::PicturePair& pair = data.pairs.front();
    return rig_ || pair.infrared == pair.visible;
  }

  Status CompareOne(ComparedData& data) {
    HashSources(data);
    // State files by method, open from fusing to measuring.
    std::vector<RunState> states;
    for (const CompareSettings::Method& asked : settings_.methods) {
      ComparedMethod& method = data.methods.emplace_back();
      method.label = asked.label;
      method.name = asked.name;
      method.model = asked.model;
      method.skip = asked.skip;
      RunState& state = states.emplace_back();
      if (!method.skip.empty()) continue;
      SEAFUSION_RETURN_IF_ERROR(FuseAll(data, method, state));
    }
    for (const CompareSettings::Pictures& asked : settings_.pictures) {
      if (asked.data != data.set.name) continue;
      ComparedMethod& method = data.methods.emplace_back();
      method.label = asked.label;
      method.source = asked.source;
      SEAFUSION_RETURN_IF_ERROR(FindPictures(data, method, states.emplace_back()));
    }
    for (const char* label : {kInfraredLabel, kVisibleLabel}) {
      ComparedMethod& method = data.methods.emplace_back();
      method.label = label;
      method.is_source = true;
      SEAFUSION_RETURN_IF_ERROR(TakeSource(data, method, states.emplace_back()));
    }
    SEAFUSION_RETURN_IF_ERROR(
        MeasureData(settings_, rig_, Label(data, "measure"), monitor_, data, states));
    for (ComparedMethod& method : data.methods) method.means = MeansOf(settings_, method);
    SEAFUSION_RETURN_IF_ERROR(RunTasks(data));
    if (!report::CheckPageTemplate().ok()) return OkStatus();
    const bool measured = std::any_of(
        data.methods.begin(), data.methods.end(),
        [](const ComparedMethod& method) { return !method.is_source && method.measured() > 0; });
    if (!measured) return OkStatus();
    return WriteComparePage(settings_, comparison_, data, folder_->PageOf(data.set.name));
  }

  Status RunTasks(ComparedData& data) const {
    for (const auto kind : {TaskKind::kDetection, TaskKind::kSegmentation}) {
      if (monitor_.Stopped()) return Cancelled("interrupted");
      SEAFUSION_ASSIGN_OR_RETURN(std::optional<ComparedTask> task,
                                 RunTask(kind, settings_, services_, data, *folder_));
      if (task) data.tasks.push_back(*std::move(task));
    }
    return OkStatus();
  }

  void HashSources(const ComparedData& data) {
    digests_.clear();
    for (const io::PicturePair& pair : data.pairs) {
      PairDigests digests;
      auto infrared = Sha256OfFile(pair.infrared);
      auto visible = Sha256OfFile(pair.visible);
      if (infrared.ok() && visible.ok()) {
        digests.infrared = *infrared;
        digests.visible = *visible;
      } else {
        digests.error = (infrared.ok() ? visible : infrared).status().message();
      }
      digests_.push_back(std::move(digests));
    }
  }

  // Failures of the method are noted in it; those of the report's folder end the run.
  Status FuseAll(const ComparedData& data, ComparedMethod& compared, RunState& state) {
    std::string weights;
    auto method = Create(compared, weights);
    if (!method.ok()) {
      compared.error = method.status().message();
      monitor_.Say(compared.label + ": " + compared.error);
      return OkStatus();
    }
    compared.weights = weights;
    compared.engine = (*method)->engine_name();
    compared.citation = (*method)->info().citation;
    const RunStamp stamp = WithRig({{"method", compared.name},
                                    {"version", std::string(Version())},
                                    {"weights", weights},
                                    {"engine", compared.engine},
                                    {"range", settings_.range},
                                    {"ir-range", settings_.ir_range},
                                    {"threads", std::to_string(comparison_.threads)},
                                    {"processor", comparison_.processor}});
    SEAFUSION_RETURN_IF_ERROR(OpenState(data, compared.label, stamp, true, state));
    compared.pairs.resize(data.pairs.size());
    const std::string label = Label(data, compared.label);
    RunProgress progress = {.label = label, .unit = "pairs", .total = data.pairs.size()};
    for (std::size_t p = 0; p < data.pairs.size(); ++p) {
      ComparedPair& pair = compared.pairs[p];
      pair.path =
          folder_->PicturesOf(data.set.name, compared.label) + "/" + data.pairs[p].stem + ".png";
      if (TakeOver(state, data.pairs[p].stem, digests_[p], pair)) ++progress.done;
    }
    progress.skipped = progress.done;
    monitor_.Report(progress);
    bool first_call = true;
    for (std::size_t p = 0; p < data.pairs.size(); ++p) {
      ComparedPair& pair = compared.pairs[p];
      if (pair.taken_over) continue;
      if (monitor_.Stopped()) return Cancelled("interrupted");
      const Status status = FuseOne(**method, data.pairs[p], digests_[p], first_call, pair);
      if (status.ok()) {
        first_call = false;
        SEAFUSION_RETURN_IF_ERROR(state.Put(data.pairs[p].stem, pair.record));
      } else {
        pair.error = status.message();
        monitor_.Say(compared.label + ": " + pair.error);
      }
      ++progress.done;
      progress.detail = data.pairs[p].stem;
      monitor_.Report(progress);
    }
    return OkStatus();
  }

  // Of progress.
  static std::string Label(const ComparedData& data, const std::string& what) {
    return data.set.name.empty() ? what : data.set.name + ", " + what;
  }

  // `weights` becomes the SHA-256 of those in use.
  StatusOr<std::unique_ptr<methods::FusionMethod>> Create(const ComparedMethod& compared,
                                                          std::string& weights) const {
    const bool seafusion = compared.name == "seafusion";
    SEAFUSION_ASSIGN_OR_RETURN(const std::vector<std::uint8_t> bytes, ReadWeights(compared.model));
    if (!bytes.empty()) {
      weights = Sha256Hex(bytes);
    } else if (seafusion) {
      weights = DefaultWeightsSha256();
    }
    return methods::CreateMethod({.name = compared.name,
                                  .model = compared.model,
                                  .threads = comparison_.threads,
                                  .precision = seafusion ? settings_.precision : Precision::kAuto},
                                 bytes, services_.open_learned);
  }

  Status OpenState(const ComparedData& data, const std::string& label, const RunStamp& stamp,
                   bool pictures, RunState& state) const {
    SEAFUSION_RETURN_IF_ERROR(folder_->MakeFolders(data.set.name, label, pictures));
    SEAFUSION_ASSIGN_OR_RETURN(
        state, RunState::Open(folder_->StateOf(data.set.name, label), stamp, settings_.overwrite));
    if (!state.changed().empty() && settings_.notes) {
      std::string changed;
      for (const std::string& name : state.changed())
        changed += (changed.empty() ? "" : ", ") + name;
      monitor_.Say(label + ": begun anew, as this changed since the earlier run: " + changed);
    }
    return OkStatus();
  }

  // What an earlier run left of this pair, if the files are still those.
  static bool TakeOver(const RunState& state, const std::string& stem, const PairDigests& digests,
                       ComparedPair& pair) {
    const FusedRecord* record = state.Find(stem);
    if (record == nullptr || !digests.error.empty() || record->infrared != digests.infrared ||
        record->visible != digests.visible) {
      return false;
    }
    const auto fused = Sha256OfFile(pair.path);
    if (!fused.ok() || *fused != record->fused) return false;
    pair.record = *record;
    pair.taken_over = true;
    return true;
  }

  Status FuseOne(const methods::FusionMethod& method, const io::PicturePair& files,
                 const PairDigests& digests, bool first_call, ComparedPair& pair) const {
    if (!digests.error.empty()) return IoError(digests.error);
    SEAFUSION_ASSIGN_OR_RETURN(
        const align::PlacedSources placed,
        align::ReadPlacedSources(files.infrared, files.visible,
                                 {.max_pixels = settings_.max_pixels}, rig_));
    const io::SourcePictures& sources = placed.pictures;
    const bool gray = ChannelCount(sources.visible.format()) == 1;
    SEAFUSION_ASSIGN_OR_RETURN(
        ImageBuffer fused, ImageBuffer::Create(sources.visible.width(), sources.visible.height(),
                                               gray ? PixelFormat::kGray8 : PixelFormat::kRgb8));
    const auto start = std::chrono::steady_clock::now();
    const Status status =
        method.Fuse(sources.infrared.view(), sources.visible.view(), fused.view(), settings_.fuse);
    const auto end = std::chrono::steady_clock::now();
    if (!status.ok()) return status.Annotate(files.infrared + " and " + files.visible);
    if (placed.warper != nullptr) {
      SEAFUSION_RETURN_IF_ERROR(align::ShowWhatOneSees(*placed.warper, sources.infrared.view(),
                                                       sources.visible.view(), settings_.fuse,
                                                       fused.view()));
    }
    SEAFUSION_RETURN_IF_ERROR(io::WriteImage(pair.path, fused.view(), IfExists::kReplace));
    SEAFUSION_ASSIGN_OR_RETURN(const std::string digest, Sha256OfFile(pair.path));
    pair.record = {.infrared = digests.infrared,
                   .visible = digests.visible,
                   .fused = digest,
                   .width = fused.width(),
                   .height = fused.height(),
                   .seconds = std::chrono::duration<double>(end - start).count(),
                   .first_call = first_call,
                   .values = {}};
    return OkStatus();
  }

  // A source as if it were fused.
  Status TakeSource(const ComparedData& data, ComparedMethod& compared, RunState& state) const {
    const bool infrared = compared.label == kInfraredLabel;
    const bool moved = Moved(data);
    compared.source = infrared ? data.set.infrared : data.set.visible;
    if (moved) compared.source = folder_->PicturesOf(data.set.name, compared.label);
    RunStamp stamp = WithRig({{"version", std::string(Version())}});
    if (moved && infrared) stamp.emplace_back("ir-range", settings_.ir_range);
    SEAFUSION_RETURN_IF_ERROR(OpenState(data, compared.label, stamp, moved, state));
    for (std::size_t p = 0; p < data.pairs.size(); ++p) {
      const io::PicturePair& files = data.pairs[p];
      ComparedPair& pair = compared.pairs.emplace_back();
      pair.path = infrared ? files.infrared : files.visible;
      if (moved) {
        pair.path = compared.source + "/" + files.stem + ".png";
        if (TakeOver(state, files.stem, digests_[p], pair)) continue;
        if (const Status written = WriteMoved(files, infrared, pair.path); !written.ok()) {
          pair.error = written.message();
          continue;
        }
      }
      TakePicture(state, files.stem, digests_[p], pair);
    }
    return OkStatus();
  }

  // A source on the canvas, as the methods see it.
  Status WriteMoved(const io::PicturePair& files, bool infrared, const std::string& path) const {
    SEAFUSION_ASSIGN_OR_RETURN(
        align::PlacedSources placed,
        align::ReadPlacedSources(files.infrared, files.visible,
                                 {.max_pixels = settings_.max_pixels}, rig_));
    io::SourcePictures& sources = placed.pictures;
    if (!infrared) {
      return io::WriteImage(path, std::as_const(sources.visible).view(), IfExists::kReplace);
    }
    const ImageView visible = std::as_const(sources.visible).view();
    SEAFUSION_ASSIGN_OR_RETURN(
        const ImageBuffer levels,
        io::InfraredLevels(std::move(sources.infrared), visible, settings_.fuse.infrared_range));
    return io::WriteImage(path, levels.view(), IfExists::kReplace);
  }

  // A picture that is there already, and what an earlier run found of it.
  static void TakePicture(const RunState& state, const std::string& stem,
                          const PairDigests& digests, ComparedPair& pair) {
    if (TakeOver(state, stem, digests, pair)) return;
    const auto digest = Sha256OfFile(pair.path);
    if (!digest.ok()) {
      pair.error = digest.status().message();
    } else if (!digests.error.empty()) {
      pair.error = digests.error;
    } else {
      pair.record.infrared = digests.infrared;
      pair.record.visible = digests.visible;
      pair.record.fused = *digest;
    }
  }

  // Pictures that someone else made; their sizes are found when they are measured.
  Status FindPictures(const ComparedData& data, ComparedMethod& compared, RunState& state) {
    auto files = io::ListPictures(compared.source);
    if (!files.ok()) {
      compared.error = files.status().message();
      monitor_.Say(compared.label + ": " + compared.error);
      return OkStatus();
    }
    const RunStamp stamp = WithRig({{"version", std::string(Version())}});
    SEAFUSION_RETURN_IF_ERROR(OpenState(data, compared.label, stamp, false, state));
    std::map<std::string, std::string> by_stem;
    for (const io::PictureFile& file : *files) by_stem[file.stem] = file.path;
    for (std::size_t p = 0; p < data.pairs.size(); ++p) {
      ComparedPair& pair = compared.pairs.emplace_back();
      const auto it = by_stem.find(data.pairs[p].stem);
      if (it == by_stem.end()) {
        pair.error = compared.source + ": has no picture " + data.pairs[p].stem;
      } else {
        pair.path = it->second;
        TakePicture(state, data.pairs[p].stem, digests_[p], pair);
      }
      if (!pair.error.empty()) monitor_.Say(compared.label + ": " + pair.error);
    }
    return OkStatus();
  }

  Status WriteResults() const {
    const std::vector<std::pair<std::string, std::string>> files = {
        {"times.csv", TimesCsv(comparison_)},
        {"metrics.csv", MetricsCsv(settings_.request, comparison_)},
        {"means.csv", MeansCsv(comparison_)},
        {"compare.json", ComparisonJson(settings_, comparison_)}};
    for (const auto& [name, text] : files) {
      SEAFUSION_RETURN_IF_ERROR(WriteTextAtomically(folder_->File(name), text, IfExists::kReplace));
    }
    const Status page = report::CheckPageTemplate();
    if (!page.ok() && settings_.notes) monitor_.Say(page.message());
    return OkStatus();
  }

  const CompareSettings& settings_;
  const CompareServices& services_;
  const RunMonitor& monitor_;
  std::optional<ReportFolder> folder_;  // once there is something to compare
  align::OpenedRig rig_;
  std::string rig_stamp_;
  Comparison comparison_;
  std::vector<PairDigests> digests_;  // of the data set at work
};

}  // namespace

StatusOr<Comparison> CompareMethods(const CompareSettings& settings,
                                    const CompareServices& services, const RunMonitor& monitor) {
  return CompareRun(settings, services, monitor).Run();
}

}  // namespace seafusion::compare
