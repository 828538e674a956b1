// From a network's numbers to boxes in the picture.
#ifndef SEAFUSION_TASKS_DETECTION_DETECTOR_YOLO_OUTPUT_H_
#define SEAFUSION_TASKS_DETECTION_DETECTOR_YOLO_OUTPUT_H_

#include <cstdint>
#include <span>
#include <vector>

#include <seafusion/status.h>

#include "tasks/detection/box.h"
#include "tasks/detection/detector/detector_settings.h"

namespace seafusion::tasks {

/// Where a picture lies in the network's input.
struct InputPlacement {
  double scale_x = 1;  ///< Input pixels for one of the picture.
  double scale_y = 1;
  int width = 0;  ///< Of the scaled picture, in input pixels.
  int height = 0;
  int left = 0;  ///< Its upper left corner in the input.
  int top = 0;
};

/// Letterbox: the largest size of the picture's shape that fits, in the middle (halves of odd
/// margins as YOLOv5 rounds them). Otherwise the whole input.
InputPlacement PlaceInInput(int width, int height, const DetectorSettings& settings);

/// The answers with a score of at least `confidence`, for every class of the network that maps to a
/// label (one anchor may answer for several), in pixels of a picture of `width` x `height`, cut at
/// its edges; no suppression yet. `shape` is that of the output. kUnsupported: another shape than
/// the settings say, with both; kCorruptData: a value that is not finite.
StatusOr<std::vector<Detection>> ReadYoloOutput(std::span<const float> values,
                                                std::span<const std::int64_t> shape,
                                                const DetectorSettings& settings,
                                                const InputPlacement& placement, int width,
                                                int height, double confidence);

}  // namespace seafusion::tasks

#endif  // SEAFUSION_TASKS_DETECTION_DETECTOR_YOLO_OUTPUT_H_
