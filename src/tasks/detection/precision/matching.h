// Which detections find which labelled boxes (the rules of the public COCO evaluator).
#ifndef SEAFUSION_TASKS_DETECTION_PRECISION_MATCHING_H_
#define SEAFUSION_TASKS_DETECTION_PRECISION_MATCHING_H_

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "tasks/detection/box.h"

namespace seafusion::tasks {

/// Thresholds that one matching can answer for.
inline constexpr std::size_t kMostThresholds = 32;

/// One detection at each threshold: bit t of the two masks is threshold t.
struct MatchedDetection {
  double score = 0;
  std::uint32_t found = 0;    ///< It is the one that finds a labelled box.
  std::uint32_t ignored = 0;  ///< It counts neither for nor against.
};

/// One category of one picture.
struct PictureMatches {
  std::vector<MatchedDetection> detections;  ///< Scores falling; equal ones in the order given.
  std::size_t truths = 0;                    ///< Boxes to be found: those not ignored.
};

/// Takes the `most_detections` of `category` with the highest scores. Each, in that order, finds
/// the box of its category that it overlaps most by IoU, of those not found yet, if that is at
/// least the threshold; of boxes overlapped alike, the last one. A detection that finds none is
/// ignored when it overlaps an ignored box enough: by the share of its own area that lies inside,
/// since an ignored box may hold any number of objects.
/// Precondition: at most kMostThresholds thresholds, each in (0, 1]; scores are no NaN.
PictureMatches MatchPicture(const PictureBoxes& picture, int category,
                            std::span<const double> thresholds, std::size_t most_detections = 100);

}  // namespace seafusion::tasks

#endif  // SEAFUSION_TASKS_DETECTION_PRECISION_MATCHING_H_
