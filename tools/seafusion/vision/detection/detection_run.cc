#include "vision/detection/detection_run.h"

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <utility>

#include "core/status_macros.h"
#include "interrupt.h"
#include "io/image_file.h"
#include "io/picture_sets.h"
#include "progress.h"
#include "tasks/detection/detector.h"
#include "tasks/detection/yolo_text.h"
#include "tasks/network_files.h"

namespace seafusion::tools {
namespace {

namespace fs = std::filesystem;

class Run {
 public:
  Run(const DetectOptions& options, const tasks::DetectorSettings& settings)
      : options_(options), settings_(settings) {}

  StatusOr<std::vector<DetectedSource>> All() {
    std::vector<DetectedSource> sources;
    std::size_t total = 0;
    SEAFUSION_ASSIGN_OR_RETURN(const std::vector<io::PictureSet> sets,
                               io::ListPictureSets(options_.pictures, options_.stems));
    for (const io::PictureSet& set : sets) {
      sources.push_back({.name = set.name, .files = set.files, .pictures = {}});
      total += set.files.size();
    }
    if (!options_.model.empty()) {
      SEAFUSION_ASSIGN_OR_RETURN(const std::vector<std::uint8_t> onnx,
                                 tasks::ReadNetwork(options_.model));
      auto detector = tasks::Detector::Create(onnx, settings_);
      if (!detector.ok()) return detector.status().Annotate(options_.model);
      detector_ = *std::move(detector);
    }
    ProgressMode mode = options_.quiet ? ProgressMode::kNever : ProgressMode::kAuto;
    if (options_.progress) mode = ProgressMode::kAlways;
    Progress progress("detect", "pictures", total, mode);
    for (DetectedSource& source : sources) SEAFUSION_RETURN_IF_ERROR(One(source, progress));
    return sources;
  }

 private:
  Status One(DetectedSource& source, Progress& progress) {
    const auto start = std::chrono::steady_clock::now();
    for (const io::PictureFile& file : source.files) {
      if (interrupt_.Interrupted()) return Cancelled("interrupted");
      SEAFUSION_ASSIGN_OR_RETURN(tasks::NamedPicture picture, Picture(source.name, file));
      source.pictures.push_back(std::move(picture));
      progress.Update(++done_, source.name + "/" + file.stem);
    }
    const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - start;
    if (detector_) {
      source.pictures_per_second = static_cast<double>(source.files.size()) / seconds.count();
    }
    return OkStatus();
  }

  StatusOr<tasks::NamedPicture> Picture(const std::string& source, const io::PictureFile& file) {
    tasks::NamedPicture picture{.name = fs::path(file.path).filename().string()};
    SEAFUSION_ASSIGN_OR_RETURN(const ImageBuffer image,
                               io::ReadImage(file.path, {options_.max_pixels}));
    picture.width = image.width();
    picture.height = image.height();
    const int labels = static_cast<int>(settings_.labels.size());
    if (!options_.labels.empty()) {
      const std::string path = (fs::path(options_.labels) / (file.stem + ".txt")).string();
      SEAFUSION_ASSIGN_OR_RETURN(const std::string text, tasks::ReadSmallText(path));
      auto truth = tasks::ParseYoloLabels(text, picture.width, picture.height, labels);
      if (!truth.ok()) return truth.status().Annotate(path);
      picture.boxes.truth = *std::move(truth);
    }
    if (detector_) {
      const auto most = static_cast<std::size_t>(options_.most);
      auto detections = detector_->Detect(image.view(), {options_.confidence, options_.iou, most});
      if (!detections.ok()) return detections.status().Annotate(file.path);
      picture.boxes.detections = *std::move(detections);
    } else {
      const std::string path =
          (fs::path(options_.predictions) / source / (file.stem + ".txt")).string();
      SEAFUSION_ASSIGN_OR_RETURN(const std::string text, tasks::ReadSmallText(path));
      auto detections = tasks::ParseYoloDetections(text, picture.width, picture.height, labels);
      if (!detections.ok()) return detections.status().Annotate(path);
      picture.boxes.detections = *std::move(detections);
    }
    return picture;
  }

  const DetectOptions& options_;
  const tasks::DetectorSettings& settings_;
  const InterruptGuard interrupt_;
  std::optional<tasks::Detector> detector_;
  std::size_t done_ = 0;
};

}  // namespace

StatusOr<tasks::DetectorSettings> ReadDetectorSettings(const DetectOptions& options) {
  std::string path;
  SEAFUSION_ASSIGN_OR_RETURN(const std::string text,
                             tasks::ReadSettingsText(options.settings, options.model, path));
  auto settings = tasks::ParseDetectorSettings(text);
  if (!settings.ok()) return settings.status().Annotate(path);
  return settings;
}

StatusOr<std::vector<DetectedSource>> DetectAll(const DetectOptions& options,
                                                const tasks::DetectorSettings& settings) {
  return Run(options, settings).All();
}

tasks::PictureBoxes ForEvaluation(const tasks::PictureBoxes& boxes,
                                  const tasks::DetectorSettings& settings) {
  tasks::PictureBoxes result{{}, boxes.detections};
  for (const tasks::GroundTruth& truth : boxes.truth) {
    const auto& ignored = settings.ignored;
    if (std::find(ignored.begin(), ignored.end(), truth.category) == ignored.end()) {
      result.truth.push_back(truth);
      continue;
    }
    for (const int category : settings.evaluated) {
      result.truth.push_back({truth.box, category, true});
    }
  }
  return result;
}

}  // namespace seafusion::tools
