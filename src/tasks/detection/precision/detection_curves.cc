#include "tasks/detection/precision/detection_curves.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdio>

#include "core/text/csv_field.h"
#include "tasks/evaluation/figure_table.h"

namespace seafusion::tasks {

std::vector<double> PrecisionAtRecall(const PrecisionRecall& curve) {
  constexpr std::size_t kSteps = 100;
  std::vector<double> highest(kSteps + 1, 0.0);
  for (std::size_t i = 0; i < curve.recall.size(); ++i) {
    for (std::size_t k = 0; k <= kSteps; ++k) {
      if (static_cast<double>(k) / kSteps > curve.recall[i]) break;
      highest[k] = std::max(highest[k], curve.precision[i]);
    }
  }
  return highest;
}

std::string DetectionCurvesCsv(const std::vector<DetectionCurve>& curves) {
  std::string text = "name,category,score,recall,precision\n";
  for (const DetectionCurve& curve : curves) {
    for (std::size_t i = 0; i < curve.curve.score.size(); ++i) {
      std::array<char, 64> line{};
      std::snprintf(line.data(), line.size(), "%.6f,%.6f,%.6f\n", curve.curve.score[i],
                    curve.curve.recall[i], curve.curve.precision[i]);
      text += CsvField(curve.name) + "," + CsvField(curve.category) + "," + line.data();
    }
  }
  return text;
}

}  // namespace seafusion::tasks
