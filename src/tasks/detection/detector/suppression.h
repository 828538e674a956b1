// Non-maximum suppression: of answers that are about the same object, the surest one.
#ifndef SEAFUSION_TASKS_DETECTION_DETECTOR_SUPPRESSION_H_
#define SEAFUSION_TASKS_DETECTION_DETECTOR_SUPPRESSION_H_

#include <cstddef>
#include <vector>

#include "tasks/detection/box.h"

namespace seafusion::tasks {

/// Goes through the detections by falling score (ties in the order given) and drops those that
/// overlap one it kept, of the same category, by an IoU above `iou`. Keeps at most `most`; scores
/// fall in the result.
std::vector<Detection> SuppressNonMaxima(std::vector<Detection> detections, double iou,
                                         std::size_t most);

}  // namespace seafusion::tasks

#endif  // SEAFUSION_TASKS_DETECTION_DETECTOR_SUPPRESSION_H_
