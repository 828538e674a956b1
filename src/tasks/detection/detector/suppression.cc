#include "tasks/detection/detector/suppression.h"

#include <algorithm>

namespace seafusion::tasks {

std::vector<Detection> SuppressNonMaxima(std::vector<Detection> detections, double iou,
                                         std::size_t most) {
  std::stable_sort(detections.begin(), detections.end(),
                   [](const Detection& a, const Detection& b) { return a.score > b.score; });
  std::vector<Detection> kept;
  for (const Detection& candidate : detections) {
    if (kept.size() >= most) break;
    const bool known = std::any_of(kept.begin(), kept.end(), [&](const Detection& k) {
      return k.category == candidate.category && Iou(k.box, candidate.box) > iou;
    });
    if (!known) kept.push_back(candidate);
  }
  return kept;
}

}  // namespace seafusion::tasks
