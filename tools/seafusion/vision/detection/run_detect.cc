// The work of `seafusion detect`: detect, measure, write, print.
#include <algorithm>
#include <cstdio>
#include <exception>
#include <numeric>
#include <string>
#include <vector>

#include <opencv2/core/utility.hpp>

#include "command.h"
#include "core/status_macros.h"
#include "io/image_file.h"
#include "options/detect_options.h"
#include "tasks/bootstrap.h"
#include "tasks/detection/average_precision.h"
#include "tasks/detection/overlay.h"
#include "tasks/detection/yolo_text.h"
#include "vision/detection/detection_curves.h"
#include "vision/detection/detection_run.h"
#include "vision/figure_table.h"
#include "vision/output_folder.h"

namespace seafusion::tools {
namespace {

// The columns of Tang 2022, Table 2: which of CocoThresholds() each is the mean of.
struct Figure {
  const char* title;
  std::vector<std::size_t> thresholds;
};

std::vector<Figure> Figures() {
  std::vector<std::size_t> all(tasks::CocoThresholds().size());
  std::iota(all.begin(), all.end(), std::size_t{0});
  return {{"AP@0.5", {0}}, {"AP@0.7", {4}}, {"AP@0.9", {8}}, {"mAP@[.5:.95]", all}};
}

class Evaluation {
 public:
  Evaluation(const DetectOptions& options, const tasks::DetectorSettings& settings)
      : options_(options),
        settings_(settings),
        rule_(options.voc ? tasks::ApRule::kVocAllPoint : tasks::ApRule::kCoco101) {
    table_.facts = {{"rule", options.voc ? "voc" : "coco"}};
    for (const Figure& figure : figures_) {
      for (const int category : settings.evaluated) {
        table_.columns.push_back({Label(category), figure.title});
      }
      table_.columns.push_back({"All", figure.title});
    }
  }

  void Add(const DetectedSource& source) {
    std::vector<tasks::CategoryMatches> categories;
    std::size_t boxes = 0;
    for (const int category : settings_.evaluated) {
      std::vector<tasks::PictureMatches> matches;
      for (const tasks::NamedPicture& picture : source.pictures) {
        matches.push_back(tasks::MatchPicture(ForEvaluation(picture.boxes, settings_), category,
                                              tasks::CocoThresholds()));
      }
      categories.emplace_back(std::move(matches));
      boxes += categories.back().truths();
      curves_.push_back({source.name, Label(category), categories.back().Curve(0)});
      table_.precision.push_back(
          {source.name, Label(category), PrecisionAtRecall(curves_.back().curve)});
    }
    TaskRow row{.name = source.name, .pictures_per_second = source.pictures_per_second};
    for (const Figure& figure : figures_) {
      for (const tasks::CategoryMatches& category : categories) {
        row.figures.push_back(Measure({&category, 1}, figure));
      }
      row.figures.push_back(Measure(categories, figure));
    }
    table_.rows.push_back(std::move(row));
    table_.pictures = source.pictures.size();
    boxes_ = boxes;
  }

  const FigureTable& table() const { return table_; }
  const std::vector<DetectionCurve>& curves() const { return curves_; }
  std::size_t boxes() const { return boxes_; }  ///< To be found.

 private:
  std::string Label(int category) const {
    return settings_.labels[static_cast<std::size_t>(category)];
  }

  TaskFigure Measure(std::span<const tasks::CategoryMatches> categories,
                     const Figure& figure) const {
    const auto of = [&](std::span<const std::uint32_t> times) {
      return tasks::MeanAveragePrecision(categories, figure.thresholds, rule_, times);
    };
    TaskFigure result{.value = of({})};
    if (options_.bootstrap > 0 && result.value) {
      result.interval =
          tasks::BootstrapInterval(categories.front().pictures(),
                                   {.samples = options_.bootstrap, .seed = options_.seed}, of);
    }
    return result;
  }

  const DetectOptions& options_;
  const tasks::DetectorSettings& settings_;
  const tasks::ApRule rule_;
  const std::vector<Figure> figures_ = Figures();
  FigureTable table_;
  std::vector<DetectionCurve> curves_;
  std::size_t boxes_ = 0;
};

class Output {
 public:
  Output(const DetectOptions& options, const OutputFolder& folder)
      : options_(options), folder_(folder) {}

  Status Write(const std::vector<DetectedSource>& sources, const tasks::DetectorSettings& settings,
               const Evaluation& evaluation) const {
    if (!folder_) return OkStatus();
    if (!options_.labels.empty()) {
      SEAFUSION_RETURN_IF_ERROR(folder_.Write("table.csv", FigureTableCsv(evaluation.table())));
      SEAFUSION_RETURN_IF_ERROR(folder_.Write("table.json", FigureTableJson(evaluation.table())));
      SEAFUSION_RETURN_IF_ERROR(folder_.Write("table.txt", FigureTableText(evaluation.table())));
      SEAFUSION_RETURN_IF_ERROR(
          folder_.Write("curves.csv", DetectionCurvesCsv(evaluation.curves())));
    }
    for (const DetectedSource& source : sources) {
      SEAFUSION_RETURN_IF_ERROR(WriteSource(source, settings));
    }
    return OkStatus();
  }

 private:
  Status WriteSource(const DetectedSource& source, const tasks::DetectorSettings& settings) const {
    std::vector<tasks::NamedPicture> evaluated = source.pictures;
    for (tasks::NamedPicture& picture : evaluated) {
      picture.boxes = ForEvaluation(picture.boxes, settings);
    }
    const std::string coco = "coco/" + source.name;
    if (!options_.labels.empty()) {
      SEAFUSION_RETURN_IF_ERROR(
          folder_.Write(coco + "/labels.json", tasks::CocoGroundTruth(evaluated, settings.labels)));
    }
    SEAFUSION_RETURN_IF_ERROR(folder_.Write(coco + "/results.json", tasks::CocoResults(evaluated)));
    for (std::size_t i = 0; i < source.pictures.size(); ++i) {
      const tasks::NamedPicture& picture = source.pictures[i];
      SEAFUSION_RETURN_IF_ERROR(folder_.Write(
          "predictions/" + source.name + "/" + source.files[i].stem + ".txt",
          tasks::YoloDetectionsText(picture.boxes.detections, picture.width, picture.height)));
      if (options_.overlays) {
        SEAFUSION_RETURN_IF_ERROR(WriteOverlay(source, i, settings));
      }
    }
    return OkStatus();
  }

  Status WriteOverlay(const DetectedSource& source, std::size_t i,
                      const tasks::DetectorSettings& settings) const {
    SEAFUSION_ASSIGN_OR_RETURN(const ImageBuffer image,
                               io::ReadImage(source.files[i].path, {options_.max_pixels}));
    auto drawn = tasks::DrawBoxes(image.view(), source.pictures[i].boxes, settings.labels,
                                  options_.shown_score);
    if (!drawn.ok()) return drawn.status().Annotate(source.files[i].path);
    SEAFUSION_ASSIGN_OR_RETURN(
        const std::string path,
        folder_.Place("overlays/" + source.name + "/" + source.files[i].stem + ".png"));
    return io::WriteImage(path, drawn->view(), folder_.if_exists());
  }

  const DetectOptions& options_;
  const OutputFolder& folder_;
};

void Print(const DetectOptions& options, const std::vector<DetectedSource>& sources,
           const Evaluation& evaluation) {
  if (options.quiet) return;
  const FigureTable& table = evaluation.table();
  if (options.json) {
    std::fputs(FigureTableJson(table).c_str(), stdout);
    return;
  }
  if (!options.labels.empty()) {
    std::fputs(FigureTableText(table).c_str(), stdout);
    std::printf("%zu pictures, %zu boxes to be found, rule %s\n", table.pictures,
                evaluation.boxes(), options.voc ? "voc" : "coco");
  }
  for (const DetectedSource& source : sources) {
    if (source.pictures_per_second <= 0) continue;
    std::printf("%s: %.1f pictures/s, reading included\n", source.name.c_str(),
                source.pictures_per_second);
  }
}

Status DetectAndMeasure(const DetectOptions& options) {
  const OutputFolder folder(options.output, options.overwrite);
  const Output output(options, folder);
  SEAFUSION_ASSIGN_OR_RETURN(const tasks::DetectorSettings settings, ReadDetectorSettings(options));
  SEAFUSION_RETURN_IF_ERROR(folder.Check());
  if (options.threads > 0) cv::setNumThreads(options.threads);
  SEAFUSION_ASSIGN_OR_RETURN(const std::vector<DetectedSource> sources,
                             DetectAll(options, settings));
  Evaluation evaluation(options, settings);
  for (const DetectedSource& source : sources) {
    if (!options.labels.empty()) evaluation.Add(source);
  }
  SEAFUSION_RETURN_IF_ERROR(output.Write(sources, settings, evaluation));
  Print(options, sources, evaluation);
  return OkStatus();
}

int Run(const DetectOptions& options) {
  const Status status = DetectAndMeasure(options);
  if (!status.ok()) std::fprintf(stderr, "seafusion detect: %s\n", status.message().c_str());
  if (std::fflush(stdout) != 0) {
    std::perror("seafusion detect: cannot write the result");
    return kExitFailed;
  }
  return status.ok() ? kExitOk : kExitFailed;
}

}  // namespace
}  // namespace seafusion::tools

extern "C" __attribute__((visibility("default"))) int seafusion_run_detect(const void* options) {
  try {
    return seafusion::tools::Run(*static_cast<const seafusion::tools::DetectOptions*>(options));
  } catch (const std::exception& e) {
    std::fprintf(stderr, "seafusion detect: %s\n", e.what());
    return seafusion::tools::kExitFailed;
  }
}
