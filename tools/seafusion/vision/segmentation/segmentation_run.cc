#include "vision/segmentation/segmentation_run.h"

#include <chrono>
#include <map>
#include <optional>
#include <utility>

#include "core/status_macros.h"
#include "interrupt.h"
#include "io/image_file.h"
#include "io/picture_sets.h"
#include "progress.h"
#include "tasks/network_files.h"
#include "tasks/segmentation/overlay.h"
#include "tasks/segmentation/segmenter.h"

namespace seafusion::tools {
namespace {

constexpr int kIgnored = 255;

// Adds the pixels of a picture whose labels are in the file `path`.
Status Count(const std::string& path, std::uint64_t max_pixels, int width, int height,
             const std::vector<std::uint8_t>& classes, std::size_t labels,
             metrics::ConfusionMatrix& matrix) {
  SEAFUSION_ASSIGN_OR_RETURN(const ImageBuffer image, io::ReadImage(path, {max_pixels}));
  const ImageView view = image.view();
  if (view.format != PixelFormat::kGray8) {
    return InvalidArgument(path + ": labels are gray pictures of 8 bits; this one is " +
                           std::string(PixelFormatName(view.format)));
  }
  if (view.width != width || view.height != height) {
    return InvalidArgument(path + ": is " + std::to_string(view.width) + " x " +
                           std::to_string(view.height) + ", its picture " + std::to_string(width) +
                           " x " + std::to_string(height));
  }
  const std::uint8_t* predicted = classes.data();
  for (int y = 0; y < height; ++y) {
    const auto* row = view.Row<std::uint8_t>(y);
    for (int x = 0; x < width; ++x, ++predicted) {
      if (row[x] == kIgnored) continue;
      if (row[x] >= labels) {
        return InvalidArgument(path + ": pixel " + std::to_string(x) + ", " + std::to_string(y) +
                               " is of class " + std::to_string(row[x]) + "; there are " +
                               std::to_string(labels));
      }
      matrix.Add(row[x], *predicted);
    }
  }
  return OkStatus();
}

class Run {
 public:
  Run(const VisionOptions& options, const tasks::SegmenterSettings& settings,
      const OutputFolder& folder)
      : options_(options), settings_(settings), folder_(folder) {}

  StatusOr<std::vector<SegmentedSource>> All() {
    SEAFUSION_ASSIGN_OR_RETURN(const std::vector<io::PictureSet> sets,
                               io::ListPictureSets(options_.pictures, options_.stems));
    if (!options_.labels.empty()) {
      SEAFUSION_ASSIGN_OR_RETURN(const std::vector<io::PictureFile> files,
                                 io::ListPictures(options_.labels));
      for (const io::PictureFile& file : files) labels_[file.stem] = file.path;
    }
    if (options_.models.empty()) SEAFUSION_RETURN_IF_ERROR(Open(options_.model));
    ProgressMode mode = options_.quiet ? ProgressMode::kNever : ProgressMode::kAuto;
    if (options_.progress) mode = ProgressMode::kAlways;
    Progress progress("segment", "pictures", sets.size() * sets.front().files.size(), mode);
    std::vector<SegmentedSource> sources;
    std::size_t done = 0;
    for (std::size_t i = 0; i < sets.size(); ++i) {
      const io::PictureSet& set = sets[i];
      if (!options_.models.empty()) SEAFUSION_RETURN_IF_ERROR(Open(options_.models[i]));
      SegmentedSource source{.name = set.name, .pictures = {}};
      const auto start = std::chrono::steady_clock::now();
      for (const io::PictureFile& file : set.files) {
        if (interrupt_.Interrupted()) return Cancelled("interrupted");
        SEAFUSION_ASSIGN_OR_RETURN(metrics::ConfusionMatrix matrix, Picture(set.name, file));
        source.pictures.push_back(std::move(matrix));
        progress.Update(++done, set.name + "/" + file.stem);
      }
      const std::chrono::duration<double> time = std::chrono::steady_clock::now() - start;
      source.pictures_per_second = static_cast<double>(set.files.size()) / time.count();
      sources.push_back(std::move(source));
    }
    return sources;
  }

 private:
  Status Open(const std::string& model) {
    SEAFUSION_ASSIGN_OR_RETURN(const std::vector<std::uint8_t> onnx, tasks::ReadNetwork(model));
    auto segmenter = tasks::Segmenter::Create(onnx, settings_);
    if (!segmenter.ok()) return segmenter.status().Annotate(model);
    segmenter_ = *std::move(segmenter);
    return OkStatus();
  }

  StatusOr<metrics::ConfusionMatrix> Picture(const std::string& source,
                                             const io::PictureFile& file) {
    SEAFUSION_ASSIGN_OR_RETURN(const ImageBuffer image,
                               io::ReadImage(file.path, {options_.max_pixels}));
    const auto classes = segmenter_->Segment(image.view());
    if (!classes.ok()) return classes.status().Annotate(file.path);
    metrics::ConfusionMatrix matrix(static_cast<int>(settings_.labels.size()) + 1);
    if (!options_.labels.empty()) {
      const auto label = labels_.find(file.stem);
      if (label == labels_.end()) {
        return NotFound(options_.labels + ": has no label called " + file.stem);
      }
      SEAFUSION_RETURN_IF_ERROR(Count(label->second, options_.max_pixels, image.width(),
                                      image.height(), *classes, settings_.labels.size(), matrix));
    }
    if (folder_) SEAFUSION_RETURN_IF_ERROR(WritePictures(source, file, image.view(), *classes));
    return matrix;
  }

  Status WritePictures(const std::string& source, const io::PictureFile& file,
                       const ImageView& picture, const std::vector<std::uint8_t>& classes) const {
    SEAFUSION_ASSIGN_OR_RETURN(const std::string path,
                               folder_.Place("classes/" + source + "/" + file.stem + ".png"));
    const ImageView view{classes.data(), picture.width, picture.height, picture.width,
                         PixelFormat::kGray8};
    SEAFUSION_RETURN_IF_ERROR(io::WriteImage(path, view, folder_.if_exists()));
    if (!options_.overlays) return OkStatus();
    const auto drawn = tasks::DrawSegmentation(picture, classes, settings_.labels);
    if (!drawn.ok()) return drawn.status().Annotate(file.path);
    SEAFUSION_ASSIGN_OR_RETURN(const std::string overlay,
                               folder_.Place("overlays/" + source + "/" + file.stem + ".png"));
    return io::WriteImage(overlay, drawn->view(), folder_.if_exists());
  }

  const VisionOptions& options_;
  const tasks::SegmenterSettings& settings_;
  const OutputFolder& folder_;
  const InterruptGuard interrupt_;
  std::map<std::string, std::string> labels_;  // paths by the names of their pictures
  std::optional<tasks::Segmenter> segmenter_;
};

}  // namespace

StatusOr<tasks::SegmenterSettings> ReadSegmenterSettings(const VisionOptions& options) {
  std::string path;
  SEAFUSION_ASSIGN_OR_RETURN(
      const std::string text,
      tasks::ReadSettingsText(options.settings,
                              options.models.empty() ? options.model : options.models[0], path));
  auto settings = tasks::ParseSegmenterSettings(text);
  if (!settings.ok()) return settings.status().Annotate(path);
  return settings;
}

StatusOr<std::vector<SegmentedSource>> SegmentAll(const VisionOptions& options,
                                                  const tasks::SegmenterSettings& settings,
                                                  const OutputFolder& folder) {
  return Run(options, settings, folder).All();
}

}  // namespace seafusion::tools
