#include "tasks/detection/precision/matching.h"

#include <algorithm>
#include <cassert>

namespace seafusion::tasks {
namespace {

// As the COCO evaluator, which lets a threshold of 1 be reached in spite of rounding.
constexpr double kThresholdSlack = 1e-10;

double Overlap(const Detection& detection, const GroundTruth& truth) {
  if (!truth.ignored) return Iou(detection.box, truth.box);
  const double area = detection.box.area();
  return area > 0 ? IntersectionArea(detection.box, truth.box) / area : 0;
}

}  // namespace

PictureMatches MatchPicture(const PictureBoxes& picture, int category,
                            std::span<const double> thresholds, std::size_t most_detections) {
  assert(thresholds.size() <= kMostThresholds);
  std::vector<const GroundTruth*> truths;
  std::vector<const GroundTruth*> ignored;
  for (const GroundTruth& truth : picture.truth) {
    if (truth.category == category) (truth.ignored ? ignored : truths).push_back(&truth);
  }
  std::vector<const Detection*> detections;
  for (const Detection& detection : picture.detections) {
    if (detection.category == category) detections.push_back(&detection);
  }
  std::stable_sort(detections.begin(), detections.end(),
                   [](const Detection* a, const Detection* b) { return a->score > b->score; });
  if (detections.size() > most_detections) detections.resize(most_detections);

  PictureMatches matches;
  matches.truths = truths.size();
  // Bit t: found already at threshold t.
  std::vector<std::uint32_t> taken(truths.size());
  for (const Detection* detection : detections) {
    MatchedDetection matched{.score = detection->score};
    std::vector<double> overlaps;
    for (const GroundTruth* truth : truths) overlaps.push_back(Overlap(*detection, *truth));
    double in_ignored = 0;
    for (const GroundTruth* region : ignored) {
      in_ignored = std::max(in_ignored, Overlap(*detection, *region));
    }
    for (std::size_t t = 0; t < thresholds.size(); ++t) {
      const std::uint32_t bit = std::uint32_t{1} << t;
      double best = std::min(thresholds[t], 1 - kThresholdSlack);
      const double least = best;
      std::size_t found = truths.size();
      for (std::size_t i = 0; i < truths.size(); ++i) {
        if ((taken[i] & bit) != 0 || overlaps[i] < best) continue;
        best = overlaps[i];
        found = i;
      }
      if (found < truths.size()) {
        taken[found] |= bit;
        matched.found |= bit;
      } else if (!ignored.empty() && in_ignored >= least) {
        matched.ignored |= bit;
      }
    }
    matches.detections.push_back(matched);
  }
  return matches;
}

}  // namespace seafusion::tasks
