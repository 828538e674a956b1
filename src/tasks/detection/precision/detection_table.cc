#include "tasks/detection/precision/detection_table.h"

#include <algorithm>
#include <numeric>
#include <utility>

#include "tasks/detection/precision/matching.h"

namespace seafusion::tasks {
namespace {

// The columns of Tang 2022, Table 2: which of CocoThresholds() each is the mean of.
struct Figure {
  const char* title;
  std::vector<std::size_t> thresholds;
};

std::vector<Figure> Figures() {
  std::vector<std::size_t> all(CocoThresholds().size());
  std::iota(all.begin(), all.end(), std::size_t{0});
  return {{"AP@0.5", {0}}, {"AP@0.7", {4}}, {"AP@0.9", {8}}, {"mAP@[.5:.95]", all}};
}

class DetectionMeasurement {
 public:
  DetectionMeasurement(const DetectorSettings& settings, ApRule rule,
                       const metrics::BootstrapSettings& bootstrap)
      : settings_(settings), rule_(rule), bootstrap_(bootstrap) {
    result_.table.facts = {{"rule", std::string(ApRuleName(rule))}};
    for (const Figure& figure : figures_) {
      for (const int category : settings.evaluated) {
        result_.table.columns.push_back({Label(category), figure.title});
      }
      result_.table.columns.push_back({"All", figure.title});
    }
  }

  void Add(const DetectedSet& set) {
    std::vector<CategoryMatches> categories;
    std::size_t boxes = 0;
    for (const int category : settings_.evaluated) {
      std::vector<PictureMatches> matches;
      for (const NamedPicture& picture : set.pictures) {
        matches.push_back(
            MatchPicture(ForEvaluation(picture.boxes, settings_), category, CocoThresholds()));
      }
      categories.emplace_back(std::move(matches));
      boxes += categories.back().truths();
      result_.curves.push_back({set.name, Label(category), categories.back().Curve(0)});
      result_.table.precision.push_back(
          {set.name, Label(category), PrecisionAtRecall(result_.curves.back().curve)});
    }
    TaskRow row{.name = set.name, .pictures_per_second = set.pictures_per_second};
    for (const Figure& figure : figures_) {
      for (const CategoryMatches& category : categories) {
        row.figures.push_back(Measure({&category, 1}, figure));
      }
      row.figures.push_back(Measure(categories, figure));
    }
    result_.table.rows.push_back(std::move(row));
    result_.table.pictures = set.pictures.size();
    result_.boxes = boxes;
  }

  DetectionFigures Take() { return std::move(result_); }

 private:
  std::string Label(int category) const {
    return settings_.labels[static_cast<std::size_t>(category)];
  }

  TaskFigure Measure(std::span<const CategoryMatches> categories, const Figure& figure) const {
    return MeasureFigure(categories.front().pictures(), bootstrap_,
                         [&](std::span<const std::uint32_t> times) {
                           return MeanAveragePrecision(categories, figure.thresholds, rule_, times);
                         });
  }

  const DetectorSettings& settings_;
  const ApRule rule_;
  const metrics::BootstrapSettings bootstrap_;
  const std::vector<Figure> figures_ = Figures();
  DetectionFigures result_;
};

}  // namespace

PictureBoxes ForEvaluation(const PictureBoxes& boxes, const DetectorSettings& settings) {
  PictureBoxes result{{}, boxes.detections};
  for (const GroundTruth& truth : boxes.truth) {
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

DetectionFigures MeasureDetection(std::span<const DetectedSet> sets,
                                  const DetectorSettings& settings, ApRule rule,
                                  const metrics::BootstrapSettings& bootstrap) {
  DetectionMeasurement measurement(settings, rule, bootstrap);
  for (const DetectedSet& set : sets) measurement.Add(set);
  return measurement.Take();
}

}  // namespace seafusion::tasks
