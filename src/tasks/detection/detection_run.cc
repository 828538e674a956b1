#include "tasks/detection/detection_run.h"

#include <filesystem>
#include <optional>
#include <utility>
#include <vector>

#include <opencv2/core/utility.hpp>

#include "core/status_macros.h"
#include "io/image_file.h"
#include "tasks/detection/files/yolo_text.h"
#include "tasks/detection/overlay.h"
#include "tasks/detection/precision/detection_table.h"
#include "tasks/evaluation/day_night.h"
#include "tasks/evaluation/placed_pictures.h"
#include "tasks/network/network_files.h"

namespace seafusion::tasks {
namespace {

namespace fs = std::filesystem;

StatusOr<DetectorSettings> ReadDetectorSettings(const EvaluationSettings& settings) {
  std::string path;
  SEAFUSION_ASSIGN_OR_RETURN(const std::string text,
                             ReadSettingsText(settings.settings, settings.model, path));
  auto read = ParseDetectorSettings(text);
  if (!read.ok()) return read.status().Annotate(path);
  return read;
}

class DetectionRun {
 public:
  DetectionRun(const EvaluationSettings& settings, const DetectionSettings& detection,
               DetectorSettings network, PlacedPictures placed, const OutputFolder& folder)
      : settings_(settings),
        detection_(detection),
        network_(std::move(network)),
        placed_(std::move(placed)),
        folder_(folder) {}

  Status Detect(const RunMonitor& monitor) {
    SEAFUSION_ASSIGN_OR_RETURN(sets_, io::ListPictureSets(settings_.pictures, settings_.stems));
    for (const io::PictureSet& set : sets_) detected_.push_back({.name = set.name, .pictures = {}});
    if (!settings_.model.empty()) SEAFUSION_RETURN_IF_ERROR(Open());
    SEAFUSION_ASSIGN_OR_RETURN(const std::vector<double> rates,
                               ForEachPicture(
                                   sets_, "detect", monitor, [](std::size_t) { return OkStatus(); },
                                   [&](std::size_t set, const io::PictureFile& file) -> Status {
                                     SEAFUSION_ASSIGN_OR_RETURN(NamedPicture picture,
                                                                Picture(detected_[set].name, file));
                                     detected_[set].pictures.push_back(std::move(picture));
                                     return OkStatus();
                                   }));
    for (std::size_t i = 0; detector_ && i < rates.size(); ++i) {
      detected_[i].pictures_per_second = rates[i];
    }
    return OkStatus();
  }

  // Nothing without labels but the columns.
  DetectionFigures Measure() const {
    const auto measure = [&](std::span<const DetectedSet> sets) {
      return MeasureDetection(sets, network_, detection_.rule, settings_.bootstrap);
    };
    if (settings_.labels.empty()) return measure({});
    DetectionFigures figures = measure(detected_);
    AddParts(
        detected_, sets_.front().files,
        [&](const std::vector<DetectedSet>& sets) { return measure(sets).table; }, figures.table);
    return figures;
  }

  Status Write(const DetectionFigures& figures) const {
    if (!folder_) return OkStatus();
    if (!settings_.labels.empty()) {
      SEAFUSION_RETURN_IF_ERROR(WriteTables(folder_, figures.table));
      SEAFUSION_RETURN_IF_ERROR(folder_.Write("curves.csv", DetectionCurvesCsv(figures.curves)));
    }
    for (std::size_t i = 0; i < sets_.size(); ++i) {
      SEAFUSION_RETURN_IF_ERROR(WriteSet(sets_[i], detected_[i]));
    }
    return OkStatus();
  }

  std::vector<Evaluation::Rate> Rates() const {
    std::vector<Evaluation::Rate> rates;
    for (const DetectedSet& set : detected_) rates.push_back({set.name, set.pictures_per_second});
    return rates;
  }

 private:
  Status Open() {
    SEAFUSION_ASSIGN_OR_RETURN(const std::vector<std::uint8_t> onnx, ReadNetwork(settings_.model));
    auto detector = Detector::Create(onnx, network_);
    if (!detector.ok()) return detector.status().Annotate(settings_.model);
    detector_ = *std::move(detector);
    return OkStatus();
  }

  StatusOr<NamedPicture> Picture(const std::string& set, const io::PictureFile& file) {
    NamedPicture picture{.name = fs::path(file.path).filename().string()};
    SEAFUSION_ASSIGN_OR_RETURN(const ImageBuffer image, placed_.Read(set, file.path));
    picture.width = image.width();
    picture.height = image.height();
    const auto read = [&](const fs::path& folder, const LabelledSize& size, const auto& parse,
                          auto& boxes) -> Status {
      const std::string path = (folder / (file.stem + ".txt")).string();
      SEAFUSION_ASSIGN_OR_RETURN(const std::string text, ReadSmallText(path));
      auto parsed = parse(text, size.width, size.height, static_cast<int>(network_.labels.size()));
      if (!parsed.ok()) return parsed.status().Annotate(path);
      boxes = *std::move(parsed);
      return OkStatus();
    };
    if (!settings_.labels.empty()) {
      std::vector<GroundTruth> truth;
      SEAFUSION_RETURN_IF_ERROR(
          read(settings_.labels, placed_.LabelsLieOn(image), ParseYoloLabels, truth));
      picture.boxes.truth = placed_.Boxes(std::move(truth));
    }
    if (!detector_) {
      SEAFUSION_RETURN_IF_ERROR(read(fs::path(detection_.predictions) / set,
                                     {picture.width, picture.height}, ParseYoloDetections,
                                     picture.boxes.detections));
      return picture;
    }
    auto detections = detector_->Detect(image.view(), detection_.limits);
    if (!detections.ok()) return detections.status().Annotate(file.path);
    picture.boxes.detections = *std::move(detections);
    return picture;
  }

  Status WriteSet(const io::PictureSet& set, const DetectedSet& detected) const {
    std::vector<NamedPicture> evaluated = detected.pictures;
    for (NamedPicture& picture : evaluated) {
      picture.boxes = ForEvaluation(picture.boxes, network_);
    }
    const std::string coco = "coco/" + set.name;
    if (!settings_.labels.empty()) {
      SEAFUSION_RETURN_IF_ERROR(
          folder_.Write(coco + "/labels.json", CocoGroundTruth(evaluated, network_.labels)));
    }
    SEAFUSION_RETURN_IF_ERROR(folder_.Write(coco + "/results.json", CocoResults(evaluated)));
    for (std::size_t i = 0; i < set.files.size(); ++i) {
      const NamedPicture& picture = detected.pictures[i];
      SEAFUSION_RETURN_IF_ERROR(folder_.Write(
          "predictions/" + set.name + "/" + set.files[i].stem + ".txt",
          YoloDetectionsText(picture.boxes.detections, picture.width, picture.height)));
      if (settings_.overlays) {
        SEAFUSION_RETURN_IF_ERROR(WriteOverlay(set.name, set.files[i], picture.boxes));
      }
    }
    return OkStatus();
  }

  Status WriteOverlay(const std::string& set, const io::PictureFile& file,
                      const PictureBoxes& boxes) const {
    SEAFUSION_ASSIGN_OR_RETURN(const ImageBuffer image, placed_.Read(set, file.path));
    auto drawn = DrawBoxes(image.view(), boxes, network_.labels, detection_.shown_score);
    if (!drawn.ok()) return drawn.status().Annotate(file.path);
    SEAFUSION_ASSIGN_OR_RETURN(const std::string path,
                               folder_.Place("overlays/" + set + "/" + file.stem + ".png"));
    return io::WriteImage(path, drawn->view(), folder_.if_exists());
  }

  const EvaluationSettings& settings_;
  const DetectionSettings& detection_;
  const DetectorSettings network_;
  const PlacedPictures placed_;
  const OutputFolder& folder_;
  std::optional<Detector> detector_;
  std::vector<io::PictureSet> sets_;
  std::vector<DetectedSet> detected_;  // one for each of them
};

}  // namespace

StatusOr<Evaluation> EvaluateDetection(const EvaluationSettings& settings,
                                       const DetectionSettings& detection,
                                       const RunMonitor& monitor) {
  const OutputFolder folder(settings.output, settings.overwrite);
  SEAFUSION_ASSIGN_OR_RETURN(DetectorSettings network, ReadDetectorSettings(settings));
  SEAFUSION_RETURN_IF_ERROR(folder.Check());
  if (settings.threads > 0) cv::setNumThreads(settings.threads);
  SEAFUSION_ASSIGN_OR_RETURN(PlacedPictures placed, PlacedPictures::Open(settings));
  DetectionRun run(settings, detection, std::move(network), std::move(placed), folder);
  SEAFUSION_RETURN_IF_ERROR(run.Detect(monitor));
  DetectionFigures figures = run.Measure();
  SEAFUSION_RETURN_IF_ERROR(run.Write(figures));
  std::string counts = std::to_string(figures.table.pictures) + " pictures, " +
                       std::to_string(figures.boxes) + " boxes to be found, rule " +
                       std::string(ApRuleName(detection.rule));
  return Evaluation{.measured = !settings.labels.empty(),
                    .table = std::move(figures.table),
                    .counts = std::move(counts),
                    .rates = run.Rates()};
}

}  // namespace seafusion::tasks
