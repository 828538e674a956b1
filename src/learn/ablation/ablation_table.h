// The table of `seafusion ablate`: as text, CSV and JSON.
#ifndef SEAFUSION_LEARN_ABLATION_ABLATION_TABLE_H_
#define SEAFUSION_LEARN_ABLATION_ABLATION_TABLE_H_

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include <seafusion/status.h>

namespace seafusion::learn {

/// What was measured of one row, a way to train or weights, by one training or as the mean of
/// several.
struct AblationResult {
  std::string name;
  std::size_t pictures = 0;                ///< Measured on.
  std::vector<std::optional<double>> iou;  ///< 0..1 by class; none: neither labelled nor predicted.
  double mean_iou = 0;                     ///< Over the classes that have one.
  double accuracy = 0;

  int seeds = 1;  ///< Trainings that this is the mean of.
  /// Standard deviations between them (n - 1), of classes that two of them or more have a value of;
  /// of one training there are none.
  std::vector<std::optional<double>> iou_deviation;
  double mean_iou_deviation = 0;
};

/// The mean of what trainings of the same row came to, with its deviations. A class's mean is over
/// those that have a value. Of one, that one. `results` is not empty.
AblationResult MeanOverSeeds(const std::vector<AblationResult>& results);

/// One result as a JSON object, and back; fails with kCorruptData.
std::string AblationResultToJson(const AblationResult& result);
StatusOr<AblationResult> AblationResultFromJson(const std::string& text);

/// Tang 2022, Table 4: person, car and bike, mIoU, in percent, a "*" at the best of each column;
/// of several seeds with "+-" and the deviation. With a heading that says how many pictures of
/// `val` this is over.
std::string AblationText(const std::vector<AblationResult>& results, const std::string& val);
/// All classes; shares of 1. Of several seeds, their number and the deviations as well.
std::string AblationCsv(const std::vector<AblationResult>& results);
std::string AblationJson(const std::vector<AblationResult>& results);

}  // namespace seafusion::learn

#endif  // SEAFUSION_LEARN_ABLATION_ABLATION_TABLE_H_
