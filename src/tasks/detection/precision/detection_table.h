// Average precision of a detector on several sets of pictures, as a table and as curves.
#ifndef SEAFUSION_TASKS_DETECTION_PRECISION_DETECTION_TABLE_H_
#define SEAFUSION_TASKS_DETECTION_PRECISION_DETECTION_TABLE_H_

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "metrics/sets/bootstrap.h"
#include "tasks/detection/detector/detector_settings.h"
#include "tasks/detection/files/coco_json.h"
#include "tasks/detection/precision/average_precision.h"
#include "tasks/detection/precision/detection_curves.h"
#include "tasks/evaluation/figure_table.h"

namespace seafusion::tasks {

struct DetectedSet {
  std::string name;
  std::vector<NamedPicture> pictures;  ///< Ignored regions not yet spread.
  double pictures_per_second = 0;      ///< Reading included; 0: predictions were read.
};

struct DetectionFigures {
  FigureTable table;  ///< The columns of Tang 2022, Table 2; a row for each set.
  std::vector<DetectionCurve> curves;
  std::size_t boxes = 0;  ///< To be found in each set.
};

/// What is measured: boxes of ignored classes, in every evaluated class instead of their own.
PictureBoxes ForEvaluation(const PictureBoxes& boxes, const DetectorSettings& settings);

/// `bootstrap` of 0 samples: no intervals.
DetectionFigures MeasureDetection(std::span<const DetectedSet> sets,
                                  const DetectorSettings& settings, ApRule rule,
                                  const metrics::BootstrapSettings& bootstrap);

}  // namespace seafusion::tasks

#endif  // SEAFUSION_TASKS_DETECTION_PRECISION_DETECTION_TABLE_H_
