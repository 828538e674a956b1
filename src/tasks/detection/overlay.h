// Boxes drawn into a picture, for people to look at.
#ifndef SEAFUSION_TASKS_DETECTION_OVERLAY_H_
#define SEAFUSION_TASKS_DETECTION_OVERLAY_H_

#include <string>
#include <vector>

#include <seafusion/status.h>

#include "core/memory/image_buffer.h"
#include "tasks/detection/box.h"

namespace seafusion::tasks {

/// The gray8 or rgb8 picture as rgb8 with labelled boxes in white, thin, and the detections from
/// `least_score` on in their category's colour with its name and score.
StatusOr<ImageBuffer> DrawBoxes(const ImageView& picture, const PictureBoxes& boxes,
                                const std::vector<std::string>& labels, double least_score);

}  // namespace seafusion::tasks

#endif  // SEAFUSION_TASKS_DETECTION_OVERLAY_H_
