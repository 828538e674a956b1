#include "vision/detection/detection_curves.h"

#include <array>
#include <cstdio>

#include "vision/figure_table.h"

namespace seafusion::tools {

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

}  // namespace seafusion::tools
