// Precision and recall as a table.
#ifndef SEAFUSION_TOOLS_VISION_DETECTION_DETECTION_CURVES_H_
#define SEAFUSION_TOOLS_VISION_DETECTION_DETECTION_CURVES_H_

#include <string>
#include <vector>

#include "tasks/detection/average_precision.h"

namespace seafusion::tools {

struct DetectionCurve {
  std::string name;
  std::string category;
  tasks::PrecisionRecall curve;  ///< At an IoU of 0.5.
};

/// The highest precision at a recall of at least 0, 0.01, ... 1: what COCO's rule averages.
std::vector<double> PrecisionAtRecall(const tasks::PrecisionRecall& curve);

/// name,category,score,recall,precision at an IoU of 0.5
std::string DetectionCurvesCsv(const std::vector<DetectionCurve>& curves);

}  // namespace seafusion::tools

#endif  // SEAFUSION_TOOLS_VISION_DETECTION_DETECTION_CURVES_H_
