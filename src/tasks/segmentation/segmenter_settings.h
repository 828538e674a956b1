// How to feed a segmentation network and read its answer: a small JSON file beside the ONNX file.
#ifndef SEAFUSION_TASKS_SEGMENTATION_SEGMENTER_SETTINGS_H_
#define SEAFUSION_TASKS_SEGMENTATION_SEGMENTER_SETTINGS_H_

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <seafusion/status.h>

namespace seafusion::tasks {

struct SegmenterSettings {
  int input_width = 0;  ///< Of the network, pixels.
  int input_height = 0;
  double scale = 1.0 / 255;                  ///< Samples are multiplied by this, then ...
  std::array<double, 3> mean{0, 0, 0};       ///< ... this is taken off, red first, ...
  std::array<double, 3> deviation{1, 1, 1};  ///< ... and the rest divided by this.
  bool rgb = true;                           ///< false: blue first.
  /// The network's output: true: 1 x classes x h x w, the largest wins; false: the class of each
  /// pixel, 1 x h x w or 1 x 1 x h x w.
  bool scores = true;
  int classes = 0;  ///< Of the network.
  /// The labels' classes by name; a class's number is its place.
  std::vector<std::string> labels;
  /// For each class of the network the label class it counts as, or -1: none of them.
  std::vector<int> label_of_class;
  /// Label classes whose pixels do not count, whatever the network finds there.
  std::vector<int> ignored;
  /// Label classes that figures are given for, in the order of the columns; none of those above.
  std::vector<int> evaluated;
};

/// Reads the JSON `text` (docs/segmentation.md). kInvalidArgument names the member that is missing,
/// unknown or out of range.
StatusOr<SegmenterSettings> ParseSegmenterSettings(std::string_view text);

}  // namespace seafusion::tasks

#endif  // SEAFUSION_TASKS_SEGMENTATION_SEGMENTER_SETTINGS_H_
