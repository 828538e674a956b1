// The table of `seafusion ablate`: as text, CSV and JSON.
#ifndef SEAFUSION_TOOLS_LEARNING_ABLATION_TABLE_H_
#define SEAFUSION_TOOLS_LEARNING_ABLATION_TABLE_H_

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include <seafusion/status.h>

namespace seafusion::tools {

/// What was measured of one row of kAblationRows.
struct AblationResult {
  std::string name;
  std::size_t pictures = 0;                ///< Measured on.
  std::vector<std::optional<double>> iou;  ///< 0..1 by class; none: neither labelled nor predicted.
  double mean_iou = 0;                     ///< Over the classes that have one.
  double accuracy = 0;
};

/// One result as a JSON object, and back; fails with kCorruptData.
std::string AblationResultToJson(const AblationResult& result);
StatusOr<AblationResult> AblationResultFromJson(const std::string& text);

/// Tang 2022, Table 4: person, car and bike, mIoU, in percent, a "*" at the best of each column.
std::string AblationText(const std::vector<AblationResult>& results);
/// All classes; shares of 1.
std::string AblationCsv(const std::vector<AblationResult>& results);
std::string AblationJson(const std::vector<AblationResult>& results);

}  // namespace seafusion::tools

#endif  // SEAFUSION_TOOLS_LEARNING_ABLATION_TABLE_H_
