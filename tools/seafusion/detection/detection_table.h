// What `seafusion detect` found, as tables.
#ifndef SEAFUSION_TOOLS_DETECTION_DETECTION_TABLE_H_
#define SEAFUSION_TOOLS_DETECTION_DETECTION_TABLE_H_

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "tasks/bootstrap.h"
#include "tasks/detection/average_precision.h"

namespace seafusion::tools {

struct DetectionFigure {
  std::optional<double> value;  ///< Empty: nothing to be found.
  std::optional<tasks::Interval> interval;
};

struct DetectionColumn {
  std::string category;   ///< "person"; "All": the mean over the categories.
  std::string threshold;  ///< "AP@0.5", "mAP@[.5:.95]"
};

struct DetectionRow {
  std::string name;
  std::vector<DetectionFigure> figures;  ///< One for each column.
  double pictures_per_second = 0;        ///< 0: predictions were read.
};

struct DetectionCurve {
  std::string name;
  std::string category;
  tasks::PrecisionRecall curve;  ///< At an IoU of 0.5.
};

struct DetectionTable {
  std::vector<DetectionColumn> columns;
  std::vector<DetectionRow> rows;
  std::vector<DetectionCurve> curves;
  std::string rule;  ///< "coco" or "voc"
  std::size_t pictures = 0;
  std::size_t boxes = 0;  ///< To be found.
};

/// The layout of Tang 2022, Table 2: for each threshold the categories and all; then the intervals
/// of the last column. The highest value of a column has a star.
std::string DetectionTableText(const DetectionTable& table);

/// name,category,figure,value,low,high
std::string DetectionTableCsv(const DetectionTable& table);
std::string DetectionTableJson(const DetectionTable& table);

/// name,category,score,recall,precision at an IoU of 0.5
std::string DetectionCurvesCsv(const DetectionTable& table);

}  // namespace seafusion::tools

#endif  // SEAFUSION_TOOLS_DETECTION_DETECTION_TABLE_H_
