// Average precision of a detector, its curve, and how sure one can be of it.
#ifndef SEAFUSION_TASKS_DETECTION_PRECISION_AVERAGE_PRECISION_H_
#define SEAFUSION_TASKS_DETECTION_PRECISION_AVERAGE_PRECISION_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "tasks/detection/precision/matching.h"

namespace seafusion::tasks {

/// How the area under the precision-recall curve is taken. In both, the precision at a recall is
/// the highest at that recall or any higher one.
enum class ApRule : std::uint8_t {
  kCoco101,      ///< Mean of the precision at recall 0, 0.01, ..., 1 (COCO).
  kVocAllPoint,  ///< The area itself (PASCAL VOC since 2010).
};

/// "coco" or "voc".
std::string_view ApRuleName(ApRule rule);

/// The thresholds of mAP@[.5:.95]: 0.5, 0.55, ..., 0.95.
std::span<const double> CocoThresholds();

/// One point for each detection that counts, scores falling.
struct PrecisionRecall {
  std::vector<double> score;
  std::vector<double> recall;
  std::vector<double> precision;  ///< As measured, not yet made to fall with recall.
};

/// One category over a set of pictures. Immutable; thread-safe.
class CategoryMatches {
 public:
  /// `pictures`: one entry for each picture, also for those without a box.
  explicit CategoryMatches(std::vector<PictureMatches> pictures);

  std::size_t pictures() const { return pictures_; }
  std::size_t truths() const;

  /// `threshold` is a position in the span that MatchPicture was given. `times`: how often each
  /// picture counts (a bootstrap sample); empty: once each. Empty results: nothing to be found.
  std::optional<double> AveragePrecision(std::size_t threshold, ApRule rule,
                                         std::span<const std::uint32_t> times = {}) const;

  PrecisionRecall Curve(std::size_t threshold) const;

 private:
  struct Ranked {
    MatchedDetection detection;
    std::uint32_t picture = 0;
  };

  std::size_t pictures_ = 0;
  std::vector<std::size_t> truths_;  ///< Of each picture.
  std::vector<Ranked> ranked_;       ///< Scores falling; ties in the order of the pictures.
};

/// Mean of the average precisions over the thresholds at the positions `thresholds` and over the
/// categories that have something to be found. Empty: none has.
std::optional<double> MeanAveragePrecision(std::span<const CategoryMatches> categories,
                                           std::span<const std::size_t> thresholds, ApRule rule,
                                           std::span<const std::uint32_t> times = {});

}  // namespace seafusion::tasks

#endif  // SEAFUSION_TASKS_DETECTION_PRECISION_AVERAGE_PRECISION_H_
