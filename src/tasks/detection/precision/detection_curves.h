// Precision and recall as a table.
#ifndef SEAFUSION_TASKS_DETECTION_PRECISION_DETECTION_CURVES_H_
#define SEAFUSION_TASKS_DETECTION_PRECISION_DETECTION_CURVES_H_

#include <string>
#include <vector>

#include "tasks/detection/precision/average_precision.h"

namespace seafusion::tasks {

struct DetectionCurve {
  std::string name;
  std::string category;
  PrecisionRecall curve;  ///< At an IoU of 0.5.
};

/// The highest precision at a recall of at least 0, 0.01, ... 1: what COCO's rule averages.
std::vector<double> PrecisionAtRecall(const PrecisionRecall& curve);

/// name,category,score,recall,precision at an IoU of 0.5
std::string DetectionCurvesCsv(const std::vector<DetectionCurve>& curves);

}  // namespace seafusion::tasks

#endif  // SEAFUSION_TASKS_DETECTION_PRECISION_DETECTION_CURVES_H_
