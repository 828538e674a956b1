// Boxes as YOLO writes them: a text file for each picture, a line for each box,
// "class centre_x centre_y width height", all but the class as shares of the picture's size.
#ifndef SEAFUSION_TASKS_DETECTION_FILES_YOLO_TEXT_H_
#define SEAFUSION_TASKS_DETECTION_FILES_YOLO_TEXT_H_

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <seafusion/status.h>

#include "tasks/detection/box.h"

namespace seafusion::tasks {

/// The boxes of a file's `text` in pixels of a picture of `width` x `height`. Boxes that reach over
/// an edge are cut there. Empty lines are passed over. `categories`: classes of this and more are
/// refused. Errors: kCorruptData, with the line's number: other than five numbers, a class that is
/// no whole number or too high, a value that is not finite, a side that is not above 0, a box
/// wholly outside of the picture.
StatusOr<std::vector<GroundTruth>> ParseYoloLabels(std::string_view text, int width, int height,
                                                   int categories);

/// The same with the score as a sixth value, in 0..1.
StatusOr<std::vector<Detection>> ParseYoloDetections(std::string_view text, int width, int height,
                                                     int categories);

/// Detections in that form, six digits after the point.
std::string YoloDetectionsText(std::span<const Detection> detections, int width, int height);

}  // namespace seafusion::tasks

#endif  // SEAFUSION_TASKS_DETECTION_FILES_YOLO_TEXT_H_
