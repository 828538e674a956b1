// The work of `seafusion compare`: fuse method after method, one picture at a time so that the
// times are worth something; then measure, several pairs at a time; then tables and pages.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <exception>
#include <fstream>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include <seafusion/metrics.h>
#include <seafusion/version.h>

#include "command.h"
#include "compare/compare_page.h"
#include "compare/compare_task.h"
#include "compare/comparison.h"
#include "compare/report_folder.h"
#include "compare/run_state.h"
#include "core/file.h"
#include "core/sha256.h"
#include "core/status_macros.h"
#include "core/thread_pool.h"
#include "fuse/load_fuser.h"
#include "interrupt.h"
#include "io/image_file.h"
#include "io/pair_list.h"
#include "make_method.h"
#include "measure_files.h"
#include "options/compare_options.h"
#include "page_parts.h"
#include "progress.h"

namespace seafusion::tools {
namespace {

using metrics::Metric;
using metrics::MetricRequest;
using metrics::MetricValue;

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

// SHA-256 of the sources of a pair.
struct PairDigests {
  std::string infrared;
  std::string visible;
  std::string error;  // why they could not be read; empty: they were
};

class CompareRun {
 public:
  explicit CompareRun(const CompareOptions& options) : options_(options) {}

  // A failure means that the run ended before its end; what failed at single methods and pairs is
  // in comparison().
  Status Run() {
    const auto start = std::chrono::steady_clock::now();
    comparison_.threads = options_.threads > 0 ? options_.threads : AvailableProcessors();
    comparison_.processor = ProcessorName();
    for (const CompareOptions::DataSet& set : options_.data) {
      ComparedData data;
      data.set = set;
      SEAFUSION_RETURN_IF_ERROR(ListData(data));
      comparison_.data.push_back(std::move(data));
    }
    SEAFUSION_RETURN_IF_ERROR(OpenFolder());
    for (ComparedData& data : comparison_.data) {
      SEAFUSION_RETURN_IF_ERROR(CompareOne(data));
    }
    comparison_.seconds =
        std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    return WriteResults();
  }

  const Comparison& comparison() const { return comparison_; }

 private:
  Status ListData(ComparedData& data) const {
    SEAFUSION_ASSIGN_OR_RETURN(io::PairList list,
                               io::ListPairs(data.set.infrared, data.set.visible));
    for (const std::string& path : list.unpaired) Say(path + ": has no partner");
    if (!list.unpaired.empty() && !options_.keep_going) {
      return InvalidArgument(std::to_string(list.unpaired.size()) +
                             (list.unpaired.size() == 1 ? " picture has" : " pictures have") +
                             " no partner; --keep-going compares the " +
                             std::to_string(list.pairs.size()) + " pairs without them");
    }
    data.pairs = std::move(list.pairs);
    if (options_.first > 0 && data.pairs.size() > options_.first) data.pairs.resize(options_.first);
    return OkStatus();
  }

  Status OpenFolder() {
    SEAFUSION_ASSIGN_OR_RETURN(ReportFolder folder, ReportFolder::Open(options_.folder));
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

  Status CompareOne(ComparedData& data) {
    HashSources(data);
    // State files by method, open from fusing to measuring.
    std::vector<RunState> states;
    for (const CompareOptions::Method& asked : options_.methods) {
      ComparedMethod& method = data.methods.emplace_back();
      method.label = asked.label;
      method.name = asked.name;
      method.model = asked.model;
      method.skip = asked.skip;
      RunState& state = states.emplace_back();
      if (!method.skip.empty()) continue;
      SEAFUSION_RETURN_IF_ERROR(FuseAll(data, method, state));
    }
    for (const CompareOptions::Pictures& asked : options_.pictures) {
      if (asked.data != data.set.name) continue;
      ComparedMethod& method = data.methods.emplace_back();
      method.label = asked.label;
      method.source = asked.source;
      SEAFUSION_RETURN_IF_ERROR(FindPictures(data, method, states.emplace_back()));
    }
    SEAFUSION_RETURN_IF_ERROR(MeasureAll(data, states));
    SEAFUSION_RETURN_IF_ERROR(RunTasks(data));
    if (!CheckPageTemplate().ok()) return OkStatus();
    const bool measured =
        std::any_of(data.methods.begin(), data.methods.end(),
                    [](const ComparedMethod& method) { return method.measured() > 0; });
    if (!measured) return OkStatus();
    return WriteComparePage(options_, comparison_, data, folder_->PageOf(data.set.name));
  }

  Status RunTasks(ComparedData& data) const {
    for (const auto kind : {ComparedTask::Kind::kDetection, ComparedTask::Kind::kSegmentation}) {
      if (interrupt_.Interrupted()) return Cancelled("interrupted");
      SEAFUSION_ASSIGN_OR_RETURN(std::optional<ComparedTask> task,
                                 RunTask(kind, options_, data, *folder_));
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
    FuseOptions fuse;
    fuse.method = compared.name;
    fuse.model = compared.model;
    fuse.precision = compared.name == "seafusion" ? options_.precision : Precision::kAuto;
    fuse.threads = comparison_.threads;
    std::string weights;
    auto method = Create(fuse, weights);
    if (!method.ok()) {
      compared.error = method.status().message();
      Say(compared.label + ": " + compared.error);
      return OkStatus();
    }
    compared.weights = weights;
    compared.engine = (*method)->engine_name();
    compared.citation = (*method)->info().citation;
    const RunStamp stamp = {{"method", compared.name},
                            {"version", std::string(Version())},
                            {"weights", weights},
                            {"engine", compared.engine},
                            {"range", options_.range},
                            {"ir-range", options_.ir_range},
                            {"threads", std::to_string(comparison_.threads)},
                            {"processor", comparison_.processor}};
    SEAFUSION_RETURN_IF_ERROR(OpenState(data, compared.label, stamp, true, state));
    compared.pairs.resize(data.pairs.size());
    std::uint64_t done = 0;
    for (std::size_t p = 0; p < data.pairs.size(); ++p) {
      ComparedPair& pair = compared.pairs[p];
      pair.path =
          folder_->PicturesOf(data.set.name, compared.label) + "/" + data.pairs[p].stem + ".png";
      if (TakeOver(state, data.pairs[p].stem, digests_[p], pair)) ++done;
    }
    Progress progress(Label(data, compared.label), "pairs", data.pairs.size(), Mode(), done);
    bool first_call = true;
    for (std::size_t p = 0; p < data.pairs.size(); ++p) {
      ComparedPair& pair = compared.pairs[p];
      if (pair.taken_over) continue;
      if (interrupt_.Interrupted()) return Cancelled("interrupted");
      const Status status = FuseOne(**method, data.pairs[p], digests_[p], first_call, pair);
      if (status.ok()) {
        first_call = false;
        SEAFUSION_RETURN_IF_ERROR(state.Put(data.pairs[p].stem, pair.record));
      } else {
        pair.error = status.message();
        progress.Message("seafusion compare: " + compared.label + ": " + pair.error);
      }
      progress.Update(++done, data.pairs[p].stem);
    }
    return OkStatus();
  }

  // Of a progress line.
  static std::string Label(const ComparedData& data, const std::string& what) {
    return data.set.name.empty() ? what : data.set.name + ", " + what;
  }

  static StatusOr<std::unique_ptr<methods::FusionMethod>> Create(const FuseOptions& fuse,
                                                                 std::string& weights) {
    SEAFUSION_ASSIGN_OR_RETURN(const std::vector<std::uint8_t> bytes, ReadWeights(fuse.model));
    if (!bytes.empty()) {
      weights = Sha256Hex(bytes);
    } else if (fuse.method == "seafusion") {
      weights = DefaultWeightsSha256();
    }
    return MakeMethod(fuse);
  }

  Status OpenState(const ComparedData& data, const std::string& label, const RunStamp& stamp,
                   bool pictures, RunState& state) const {
    SEAFUSION_RETURN_IF_ERROR(folder_->MakeFolders(data.set.name, label, pictures));
    SEAFUSION_ASSIGN_OR_RETURN(
        state, RunState::Open(folder_->StateOf(data.set.name, label), stamp, options_.overwrite));
    if (!state.changed().empty() && !options_.quiet) {
      std::string changed;
      for (const std::string& name : state.changed())
        changed += (changed.empty() ? "" : ", ") + name;
      Say(label + ": begun anew, as this changed since the earlier run: " + changed);
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
    SEAFUSION_ASSIGN_OR_RETURN(const SourcePictures sources,
                               ReadPair(files.infrared, files.visible, options_.max_pixels));
    const bool gray = ChannelCount(sources.visible.format()) == 1;
    SEAFUSION_ASSIGN_OR_RETURN(
        ImageBuffer fused, ImageBuffer::Create(sources.visible.width(), sources.visible.height(),
                                               gray ? PixelFormat::kGray8 : PixelFormat::kRgb8));
    const auto start = std::chrono::steady_clock::now();
    const Status status = method.Fuse(sources.infrared.view(), sources.visible.view(), fused.view(),
                                      options_.settings);
    const auto end = std::chrono::steady_clock::now();
    if (!status.ok()) return status.Annotate(files.infrared + " and " + files.visible);
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

  // Pictures that someone else made; their sizes are found when they are measured.
  Status FindPictures(const ComparedData& data, ComparedMethod& compared, RunState& state) {
    auto files = io::ListPictures(compared.source);
    if (!files.ok()) {
      compared.error = files.status().message();
      Say(compared.label + ": " + compared.error);
      return OkStatus();
    }
    const RunStamp stamp = {{"version", std::string(Version())}};
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
        if (!TakeOver(state, data.pairs[p].stem, digests_[p], pair)) {
          const auto digest = Sha256OfFile(pair.path);
          if (!digest.ok()) {
            pair.error = digest.status().message();
          } else if (!digests_[p].error.empty()) {
            pair.error = digests_[p].error;
          } else {
            pair.record.infrared = digests_[p].infrared;
            pair.record.visible = digests_[p].visible;
            pair.record.fused = *digest;
          }
        }
      }
      if (!pair.error.empty()) Say(compared.label + ": " + pair.error);
    }
    return OkStatus();
  }

  Status MeasureAll(ComparedData& data, std::vector<RunState>& states) {
    std::vector<std::size_t> pairs;  // with anything left to measure
    for (std::size_t p = 0; p < data.pairs.size(); ++p) {
      if (!NotMeasured(data, p).empty()) pairs.push_back(p);
    }
    std::uint64_t done = data.pairs.size() - pairs.size();
    Progress progress(Label(data, "measure"), "pairs", data.pairs.size(), Mode(), done);
    std::mutex mutex;
    SEAFUSION_ASSIGN_OR_RETURN(const std::unique_ptr<ThreadPool> pool,
                               ThreadPool::Create(options_.threads));
    return pool->ParallelFor(pairs.size(), [&](std::size_t i, int) -> Status {
      std::vector<std::string> complaints;
      SEAFUSION_RETURN_IF_ERROR(MeasurePair(data, pairs[i], states, mutex, complaints));
      const std::lock_guard lock(mutex);
      for (const std::string& complaint : complaints) {
        progress.Message("seafusion compare: " + complaint);
      }
      progress.Update(++done, data.pairs[pairs[i]].stem);
      return OkStatus();
    });
  }

  // The methods whose picture of this pair lacks a value that is asked for; the others have all.
  std::vector<std::size_t> NotMeasured(ComparedData& data, std::size_t p) const {
    std::vector<std::size_t> wanted;
    for (std::size_t m = 0; m < data.methods.size(); ++m) {
      if (p >= data.methods[m].pairs.size()) continue;
      FusedRecord& record = data.methods[m].pairs[p].record;
      if (record.fused.empty()) continue;
      record.values = Requested(options_.request, record.values);
      if (record.values.empty()) wanted.push_back(m);
    }
    return wanted;
  }

  // `mutex` guards the states.
  Status MeasurePair(ComparedData& data, std::size_t p, std::vector<RunState>& states,
                     std::mutex& mutex, std::vector<std::string>& complaints) const {
    const io::PicturePair& files = data.pairs[p];
    const auto sources = ReadSources(files.infrared, files.visible, options_.max_pixels);
    for (const std::size_t m : NotMeasured(data, p)) {
      if (interrupt_.Interrupted()) return Cancelled("interrupted");
      ComparedPair& pair = data.methods[m].pairs[p];
      auto fused = sources.ok()
                       ? MeasureFused(*sources, pair.path, options_.max_pixels, options_.request)
                       : sources.status();
      if (!fused.ok()) {
        pair.error = fused.status().message();
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

  Status WriteResults() const {
    const std::vector<std::pair<std::string, std::string>> files = {
        {"times.csv", TimesCsv(comparison_)},
        {"metrics.csv", MetricsCsv(options_.request, comparison_)},
        {"compare.json", ComparisonJson(options_, comparison_)}};
    for (const auto& [name, text] : files) {
      SEAFUSION_RETURN_IF_ERROR(WriteFileAtomically(
          folder_->File(name), {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()},
          IfExists::kReplace));
    }
    if (const Status page = CheckPageTemplate(); !page.ok() && !options_.quiet) Say(page.message());
    return OkStatus();
  }

  ProgressMode Mode() const {
    if (options_.progress) return ProgressMode::kAlways;
    return options_.quiet ? ProgressMode::kNever : ProgressMode::kAuto;
  }

  static void Say(const std::string& text) {
    std::fprintf(stderr, "seafusion compare: %s\n", text.c_str());
  }

  const CompareOptions& options_;
  std::optional<ReportFolder> folder_;  // once there is something to compare
  const InterruptGuard interrupt_;
  Comparison comparison_;
  std::vector<PairDigests> digests_;  // of the data set at work
};

int Run(const CompareOptions& options) {
  CompareRun run(options);
  const Status status = run.Run();
  const Comparison& comparison = run.comparison();
  if (!status.ok()) {
    std::fprintf(
        stderr, "seafusion compare: %s%s\n", status.message().c_str(),
        status.code() == StatusCode::kCancelled ? "; the same command goes on from here" : "");
    return kExitFailed;
  }
  if (options.json) {
    std::fputs(ComparisonJson(options, comparison).c_str(), stdout);
  } else if (!options.quiet) {
    std::fputs(ComparisonText(options, comparison).c_str(), stdout);
    std::printf("%s: tables, pictures and pages, in %.1f s\n", options.folder.c_str(),
                comparison.seconds);
  }
  if (std::fflush(stdout) != 0) {
    std::perror("seafusion compare: cannot write the result");
    return kExitFailed;
  }
  const bool any =
      std::any_of(comparison.data.begin(), comparison.data.end(), [](const ComparedData& data) {
        return std::any_of(data.methods.begin(), data.methods.end(),
                           [](const ComparedMethod& method) { return method.measured() > 0; });
      });
  if (!any) std::fprintf(stderr, "seafusion compare: there was nothing to compare\n");
  return any && comparison.failed() == 0 ? kExitOk : kExitFailed;
}

}  // namespace
}  // namespace seafusion::tools

extern "C" __attribute__((visibility("default"))) int seafusion_run_compare(const void* options) {
  try {
    return seafusion::tools::Run(*static_cast<const seafusion::tools::CompareOptions*>(options));
  } catch (const std::exception& e) {
    std::fprintf(stderr, "seafusion compare: %s\n", e.what());
    return seafusion::tools::kExitFailed;
  }
}
