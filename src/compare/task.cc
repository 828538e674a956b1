#include "compare/task.h"

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <utility>

#include <seafusion/version.h>

#include "core/files/file.h"
#include "core/files/sha256.h"
#include "core/status_macros.h"

namespace seafusion::compare {
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
  Task(TaskKind kind, const CompareSettings& settings, const ComparedData& data,
       const ReportFolder& folder)
      : settings_(settings), data_(data) {
    task_.kind = kind;
    task_.folder = folder.TaskOf(data.set.name, task_.name());
    stamp_path_ = folder.TaskStampOf(data.set.name, task_.name());
  }

  bool Asked() const { return !Model().empty() && !Labels().empty(); }

  StatusOr<ComparedTask> Run(const CompareServices& services) {
    FillRequest();
    const std::string stamp = Stamp();
    if (!settings_.overwrite) {
      const auto before = ReadText(stamp_path_);
      if (before.ok() && *before == stamp && TakeResults().ok()) return std::move(task_);
    }
    const Status status =
        services.run_task ? services.run_task(request_) : Unsupported("no service for tasks");
    if (status.code() == StatusCode::kCancelled) return status;
    if (!status.ok()) {
      task_.error = task_.name() + " failed";
      return std::move(task_);
    }
    SEAFUSION_RETURN_IF_ERROR(TakeResults());
    SEAFUSION_RETURN_IF_ERROR(WriteTextAtomically(stamp_path_, stamp, IfExists::kReplace));
    return std::move(task_);
  }

 private:
  bool detection() const { return task_.kind == TaskKind::kDetection; }
  const std::string& Model() const {
    return detection() ? settings_.detector : settings_.segmenter;
  }
  const std::string& Labels() const { return detection() ? data_.set.boxes : data_.set.labels; }

  void FillRequest() {
    request_.kind = task_.kind;
    for (const char* label : {kInfraredLabel, kVisibleLabel}) {
      request_.pictures.push_back({label, SourceOf(data_, label).source});
    }
    for (const ComparedMethod& method : data_.methods) {
      if (method.pairs.empty() || method.is_source) continue;
      if (method.measured() < static_cast<int>(method.pairs.size())) {
        task_.left_out.push_back(method.label);
        continue;
      }
      const std::string folder = fs::path(method.pairs.front().path).parent_path().string();
      request_.pictures.push_back({method.label, method.source.empty() ? folder : method.source});
    }
    for (const io::PicturePair& pair : data_.pairs) request_.stems.push_back(pair.stem);
    request_.model = Model();
    request_.labels = Labels();
    request_.rig = settings_.rig;
    request_.labels_of = settings_.labels_of;
    request_.output = task_.folder;
    request_.threads = settings_.threads;
    request_.max_pixels = settings_.max_pixels;
  }

  // Changes with whatever the figures depend on.
  std::string Stamp() const {
    std::string all(Version());
    const auto add_file = [&](const std::string& path) {
      const auto bytes = ReadFile(path, kMaxFileBytes);
      all += "\n" + path + " " + (bytes.ok() ? Sha256Hex(*bytes) : bytes.status().message());
    };
    add_file(request_.model);
    if (!request_.rig.file.empty()) {
      add_file(request_.rig.file);
      all += "\n" + std::string(align::CanvasName(request_.rig.canvas));
      all += request_.labels_of == align::Source::kVisible ? " visible" : " infrared";
    }
    add_file(fs::path(request_.model).replace_extension(".json").string());
    for (const io::PicturePair& pair : data_.pairs) {
      for (const std::string& path : LabelFiles(request_.labels, pair.stem)) add_file(path);
    }
    for (const io::NamedSource& set : request_.pictures) all += "\n" + set.name;
    for (const ComparedMethod& method : data_.methods) {
      if (method.is_source) continue;
      for (const ComparedPair& pair : method.pairs) {
        all += "\n" + pair.record.infrared + pair.record.visible + pair.record.fused;
      }
    }
    return Sha256Hex({reinterpret_cast<const std::uint8_t*>(all.data()), all.size()}) + "\n";
  }

  Status TakeResults() {
    SEAFUSION_ASSIGN_OR_RETURN(task_.json, ReadText(task_.folder + "/table.json"));
    SEAFUSION_ASSIGN_OR_RETURN(task_.text, ReadText(task_.folder + "/table.txt"));
    task_.model = request_.model;
    return OkStatus();
  }

  const CompareSettings& settings_;
  const ComparedData& data_;
  std::string stamp_path_;
  TaskRequest request_;
  ComparedTask task_;
};

}  // namespace

StatusOr<std::optional<ComparedTask>> RunTask(TaskKind kind, const CompareSettings& settings,
                                              const CompareServices& services,
                                              const ComparedData& data,
                                              const ReportFolder& folder) {
  Task task(kind, settings, data, folder);
  if (!task.Asked()) return std::optional<ComparedTask>();
  SEAFUSION_ASSIGN_OR_RETURN(ComparedTask done, task.Run(services));
  return std::optional<ComparedTask>(std::move(done));
}

}  // namespace seafusion::compare
