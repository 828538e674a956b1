#include "tasks/segmentation/segmentation_run.h"

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <opencv2/core/utility.hpp>

#include "core/status_macros.h"
#include "io/image_file.h"
#include "tasks/evaluation/day_night.h"
#include "tasks/evaluation/placed_pictures.h"
#include "tasks/network/network_files.h"
#include "tasks/segmentation/overlay.h"
#include "tasks/segmentation/segmentation_table.h"
#include "tasks/segmentation/segmenter.h"

namespace seafusion::tasks {
namespace {

constexpr int kIgnored = 255;

// Adds the pixels of a picture whose labels are in the file `path`.
Status Count(const std::string& path, std::uint64_t max_pixels, const PlacedPictures& placed,
             const ImageBuffer& picture, const std::vector<std::uint8_t>& classes,
             const SegmenterSettings& network, metrics::ConfusionMatrix& matrix) {
  const auto [width, height] = placed.LabelsLieOn(picture);
  const std::size_t labels = network.labels.size();
  std::vector<bool> counted(labels, true);
  for (const int label : network.ignored) counted[static_cast<std::size_t>(label)] = false;
  SEAFUSION_ASSIGN_OR_RETURN(ImageBuffer image, io::ReadImage(path, {max_pixels}));
  ImageView view = std::as_const(image).view();
  if (view.format != PixelFormat::kGray8) {
    return InvalidArgument(path + ": labels are gray pictures of 8 bits; this one is " +
                           std::string(PixelFormatName(view.format)));
  }
  if (view.width != width || view.height != height) {
    return InvalidArgument(path + ": is " + std::to_string(view.width) + " x " +
                           std::to_string(view.height) + ", its picture " + std::to_string(width) +
                           " x " + std::to_string(height));
  }
  SEAFUSION_ASSIGN_OR_RETURN(image, placed.Labels(std::move(image)));
  view = std::as_const(image).view();
  const std::uint8_t* predicted = classes.data();
  for (int y = 0; y < view.height; ++y) {
    const auto* row = view.Row<std::uint8_t>(y);
    for (int x = 0; x < view.width; ++x, ++predicted) {
      if (row[x] == kIgnored) continue;
      if (row[x] >= labels) {
        return InvalidArgument(path + ": pixel " + std::to_string(x) + ", " + std::to_string(y) +
                               " is of class " + std::to_string(row[x]) + "; there are " +
                               std::to_string(labels));
      }
      if (counted[row[x]]) matrix.Add(row[x], *predicted);
    }
  }
  return OkStatus();
}

StatusOr<SegmenterSettings> ReadSegmenterSettings(const EvaluationSettings& settings) {
  std::string path;
  SEAFUSION_ASSIGN_OR_RETURN(
      const std::string text,
      ReadSettingsText(settings.settings,
                       settings.models.empty() ? settings.model : settings.models[0], path));
  auto read = ParseSegmenterSettings(text);
  if (!read.ok()) return read.status().Annotate(path);
  return read;
}

class SegmentationRun {
 public:
  SegmentationRun(const EvaluationSettings& settings, const SegmenterSettings& network,
                  const PlacedPictures& placed, const OutputFolder& folder)
      : settings_(settings), network_(network), placed_(placed), folder_(folder) {}

  StatusOr<std::vector<SegmentedSet>> Segment(const std::vector<io::PictureSet>& sets,
                                              const RunMonitor& monitor) {
    if (!settings_.labels.empty()) {
      SEAFUSION_ASSIGN_OR_RETURN(const std::vector<io::PictureFile> files,
                                 io::ListPictures(settings_.labels));
      for (const io::PictureFile& file : files) labels_[file.stem] = file.path;
    }
    if (settings_.models.empty()) SEAFUSION_RETURN_IF_ERROR(Open(settings_.model));
    std::vector<SegmentedSet> segmented;
    for (const io::PictureSet& set : sets) segmented.push_back({.name = set.name, .pictures = {}});
    SEAFUSION_ASSIGN_OR_RETURN(const std::vector<double> rates,
                               ForEachPicture(
                                   sets, "segment", monitor,
                                   [&](std::size_t set) {
                                     return settings_.models.empty() ? OkStatus()
                                                                     : Open(settings_.models[set]);
                                   },
                                   [&](std::size_t set, const io::PictureFile& file) -> Status {
                                     SEAFUSION_ASSIGN_OR_RETURN(metrics::ConfusionMatrix matrix,
                                                                Picture(segmented[set].name, file));
                                     segmented[set].pictures.push_back(std::move(matrix));
                                     return OkStatus();
                                   }));
    for (std::size_t i = 0; i < rates.size(); ++i) segmented[i].pictures_per_second = rates[i];
    return segmented;
  }

 private:
  Status Open(const std::string& model) {
    SEAFUSION_ASSIGN_OR_RETURN(const std::vector<std::uint8_t> onnx, ReadNetwork(model));
    auto segmenter = Segmenter::Create(onnx, network_);
    if (!segmenter.ok()) return segmenter.status().Annotate(model);
    segmenter_ = *std::move(segmenter);
    return OkStatus();
  }

  StatusOr<metrics::ConfusionMatrix> Picture(const std::string& set, const io::PictureFile& file) {
    SEAFUSION_ASSIGN_OR_RETURN(const ImageBuffer image, placed_.Read(set, file.path));
    const auto classes = segmenter_->Segment(image.view());
    if (!classes.ok()) return classes.status().Annotate(file.path);
    metrics::ConfusionMatrix matrix(static_cast<int>(network_.labels.size()) + 1);
    if (!settings_.labels.empty()) {
      const auto label = labels_.find(file.stem);
      if (label == labels_.end()) {
        return NotFound(settings_.labels + ": has no label called " + file.stem);
      }
      SEAFUSION_RETURN_IF_ERROR(
          Count(label->second, settings_.max_pixels, placed_, image, *classes, network_, matrix));
    }
    if (folder_) SEAFUSION_RETURN_IF_ERROR(WritePictures(set, file, image.view(), *classes));
    return matrix;
  }

  Status WritePictures(const std::string& source, const io::PictureFile& file,
                       const ImageView& picture, const std::vector<std::uint8_t>& classes) const {
    SEAFUSION_ASSIGN_OR_RETURN(const std::string path,
                               folder_.Place("classes/" + source + "/" + file.stem + ".png"));
    const ImageView view{classes.data(), picture.width, picture.height, picture.width,
                         PixelFormat::kGray8};
    SEAFUSION_RETURN_IF_ERROR(io::WriteImage(path, view, folder_.if_exists()));
    if (!settings_.overlays) return OkStatus();
    const auto drawn = DrawSegmentation(picture, classes, network_.labels);
    if (!drawn.ok()) return drawn.status().Annotate(file.path);
    SEAFUSION_ASSIGN_OR_RETURN(const std::string overlay,
                               folder_.Place("overlays/" + source + "/" + file.stem + ".png"));
    return io::WriteImage(overlay, drawn->view(), folder_.if_exists());
  }

  const EvaluationSettings& settings_;
  const SegmenterSettings& network_;
  const PlacedPictures& placed_;
  const OutputFolder& folder_;
  std::map<std::string, std::string> labels_;  // paths by the names of their pictures
  std::optional<Segmenter> segmenter_;
};

}  // namespace

StatusOr<Evaluation> EvaluateSegmentation(const EvaluationSettings& settings,
                                          const RunMonitor& monitor) {
  SEAFUSION_ASSIGN_OR_RETURN(const SegmenterSettings network, ReadSegmenterSettings(settings));
  const OutputFolder folder(settings.output, settings.overwrite);
  SEAFUSION_RETURN_IF_ERROR(folder.Check());
  if (settings.threads > 0) cv::setNumThreads(settings.threads);
  SEAFUSION_ASSIGN_OR_RETURN(const std::vector<io::PictureSet> pictures,
                             io::ListPictureSets(settings.pictures, settings.stems));
  SEAFUSION_ASSIGN_OR_RETURN(const PlacedPictures placed, PlacedPictures::Open(settings));
  SEAFUSION_ASSIGN_OR_RETURN(
      const std::vector<SegmentedSet> sets,
      SegmentationRun(settings, network, placed, folder).Segment(pictures, monitor));
  Evaluation evaluation;
  for (const SegmentedSet& set : sets) {
    evaluation.rates.push_back({set.name, set.pictures_per_second});
  }
  if (settings.labels.empty()) return evaluation;
  evaluation.measured = true;
  const auto measure = [&](const std::vector<SegmentedSet>& of) {
    return MeasureSegmentation(of, network, settings.bootstrap);
  };
  evaluation.table = measure(sets);
  AddParts(sets, pictures.front().files, measure, evaluation.table);
  evaluation.counts = std::to_string(evaluation.table.pictures) + " pictures";
  if (folder) {
    SEAFUSION_RETURN_IF_ERROR(WriteTables(folder, evaluation.table));
    for (const SegmentedSet& set : sets) {
      SEAFUSION_RETURN_IF_ERROR(
          folder.Write("confusion/" + set.name + ".csv", ConfusionCsv(set, network)));
    }
  }
  return evaluation;
}

}  // namespace seafusion::tasks
