// How to feed a detector and read its answer: a small JSON file beside the ONNX file.
#ifndef SEAFUSION_TASKS_DETECTION_DETECTOR_DETECTOR_SETTINGS_H_
#define SEAFUSION_TASKS_DETECTION_DETECTOR_DETECTOR_SETTINGS_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <seafusion/status.h>

namespace seafusion::tasks {

enum class YoloLayout : std::uint8_t {
  kYolov5,  ///< 1 x N x (5 + classes): box, objectness, classes; score = objectness x class.
  kYolov8,  ///< 1 x (4 + classes) x N: box, classes.
};

struct DetectorSettings {
  YoloLayout layout = YoloLayout::kYolov5;
  int input_width = 0;  ///< Of the network, pixels.
  int input_height = 0;
  /// true: the picture keeps its shape, the rest of the input is `fill`. false: it is stretched.
  bool letterbox = true;
  int fill = 114;
  double scale = 1.0 / 255;  ///< Samples are multiplied by this.
  bool rgb = true;           ///< false: blue first.
  int classes = 0;           ///< Of the network.
  /// The labels' classes by name; a class's number is its place.
  std::vector<std::string> labels;
  /// For each class of the network the label class it counts as, or -1: left out.
  std::vector<int> label_of_class;
  /// Label classes that figures are given for, in the order of the columns.
  std::vector<int> evaluated;
  /// Label classes that are neither to be found nor to be missed: their boxes are ignored regions
  /// of every evaluated class.
  std::vector<int> ignored;
};

/// Reads the JSON `text` (docs/detection.md). kInvalidArgument names the member that is missing,
/// unknown or out of range.
StatusOr<DetectorSettings> ParseDetectorSettings(std::string_view text);

}  // namespace seafusion::tasks

#endif  // SEAFUSION_TASKS_DETECTION_DETECTOR_DETECTOR_SETTINGS_H_
