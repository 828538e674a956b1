#include "compare/compare_task.h"

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <utility>

#include <seafusion/version.h>

#include "command.h"
#include "core/file.h"
#include "core/sha256.h"
#include "core/status_macros.h"
#include "module.h"
#include "options/detect_options.h"

namespace seafusion::tools {
namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t kMaxFileBytes = std::uint64_t{1} << 31;

StatusOr<std::string> ReadText(const std::string& path) {
  SEAFUSION_ASSIGN_OR_RETURN(const auto bytes, ReadFile(path, kMaxFileBytes));
  return std::string(bytes.begin(), bytes.end());
}

// The files that the labels of `stem` may be in: boxes are text, classes a picture.
std::vector<std::string> LabelFiles(const std::string& folder, const std::string& stem) {
  std::vector<std::string> files;
  std::error_code ec;
  for (const auto& entry : fs::directory_iterator(folder, ec)) {
    if (entry.path().stem() == stem) files.push_back(entry.path().string());
  }
  std::sort(files.begin(), files.end());
  return files;
}

class Task {
 public:
  Task(ComparedTask::Kind kind, const CompareOptions& options, const ComparedData& data,
       const ReportFolder& folder)
      : detection_(kind == ComparedTask::Kind::kDetection), options_(options), data_(data) {
    task_.kind = kind;
    task_.folder = folder.TaskOf(data.set.name, task_.name());
    stamp_path_ = folder.TaskStampOf(data.set.name, task_.name());
  }

  bool Asked() const { return !Model().empty() && !Labels().empty(); }

  StatusOr<ComparedTask> Run() {
    FillVisionOptions();
    const std::string stamp = Stamp();
    if (!options_.overwrite) {
      const auto before = ReadText(stamp_path_);
      if (before.ok() && *before == stamp && TakeResults().ok()) return std::move(task_);
    }
    const int status = detection_ ? RunInModule("vision", "seafusion_run_detect", &vision_)
                                  : RunInModule("vision", "seafusion_run_segment",
                                                static_cast<const VisionOptions*>(&vision_));
    if (status != kExitOk) {
      // It has said why.
      task_.error = task_.name() + " failed";
      return std::move(task_);
    }
    SEAFUSION_RETURN_IF_ERROR(TakeResults());
    SEAFUSION_RETURN_IF_ERROR(WriteFileAtomically(
        stamp_path_, {reinterpret_cast<const std::uint8_t*>(stamp.data()), stamp.size()},
        IfExists::kReplace));
    return std::move(task_);
  }

 private:
  const std::string& Model() const { return detection_ ? options_.detector : options_.segmenter; }
  const std::string& Labels() const { return detection_ ? data_.set.boxes : data_.set.labels; }

  void FillVisionOptions() {
    vision_.pictures = {{"Infrared", data_.set.infrared}, {"Visible", data_.set.visible}};
    for (const ComparedMethod& method : data_.methods) {
      if (method.pairs.empty()) continue;
      if (method.measured() < static_cast<int>(method.pairs.size())) {
        task_.left_out.push_back(method.label);
        continue;
      }
      const std::string folder = fs::path(method.pairs.front().path).parent_path().string();
      vision_.pictures.push_back({method.label, method.source.empty() ? folder : method.source});
    }
    for (const io::PicturePair& pair : data_.pairs) vision_.stems.push_back(pair.stem);
    vision_.model = Model();
    vision_.labels = Labels();
    vision_.output = task_.folder;
    vision_.overlays = true;
    vision_.overwrite = true;
    vision_.threads = options_.threads;
    vision_.max_pixels = options_.max_pixels;
    vision_.quiet = true;
    vision_.progress = options_.progress;
  }

  // Changes with whatever the figures depend on.
  std::string Stamp() const {
    std::string all(Version());
    const auto add_file = [&](const std::string& path) {
      const auto bytes = ReadFile(path, kMaxFileBytes);
      all += "\n" + path + " " + (bytes.ok() ? Sha256Hex(*bytes) : bytes.status().message());
    };
    add_file(vision_.model);
    add_file(fs::path(vision_.model).replace_extension(".json").string());
    for (const io::PicturePair& pair : data_.pairs) {
      for (const std::string& path : LabelFiles(vision_.labels, pair.stem)) add_file(path);
    }
    for (const NamedSource& set : vision_.pictures) all += "\n" + set.name;
    for (const ComparedMethod& method : data_.methods) {
      for (const ComparedPair& pair : method.pairs) {
        all += "\n" + pair.record.infrared + pair.record.visible + pair.record.fused;
      }
    }
    return Sha256Hex({reinterpret_cast<const std::uint8_t*>(all.data()), all.size()}) + "\n";
  }

  Status TakeResults() {
    SEAFUSION_ASSIGN_OR_RETURN(task_.json, ReadText(task_.folder + "/table.json"));
    SEAFUSION_ASSIGN_OR_RETURN(task_.text, ReadText(task_.folder + "/table.txt"));
    task_.model = vision_.model;
    return OkStatus();
  }

  const bool detection_;
  const CompareOptions& options_;
  const ComparedData& data_;
  std::string stamp_path_;
  DetectOptions vision_;
  ComparedTask task_;
};

}  // namespace

StatusOr<std::optional<ComparedTask>> RunTask(ComparedTask::Kind kind,
                                              const CompareOptions& options,
                                              const ComparedData& data,
                                              const ReportFolder& folder) {
  Task task(kind, options, data, folder);
  if (!task.Asked()) return std::optional<ComparedTask>();
  SEAFUSION_ASSIGN_OR_RETURN(ComparedTask done, task.Run());
  return std::optional<ComparedTask>(std::move(done));
}

}  // namespace seafusion::tools
