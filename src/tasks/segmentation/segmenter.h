// A segmentation network, given as ONNX, run by OpenCV.
#ifndef SEAFUSION_TASKS_SEGMENTATION_SEGMENTER_H_
#define SEAFUSION_TASKS_SEGMENTATION_SEGMENTER_H_

#include <cstdint>
#include <span>
#include <vector>

#include <seafusion/image.h>
#include <seafusion/status.h>

#include "tasks/network/onnx_network.h"
#include "tasks/segmentation/segmenter_settings.h"

namespace seafusion::tasks {

/// Not thread-safe: one call at a time. OpenCV's threads (cv::setNumThreads) share the work.
class Segmenter {
 public:
  /// `onnx` holds the bytes of a file with one input and one output. kCorruptData or kUnsupported:
  /// OpenCV cannot read or run it, with its reason; the network is tried once on an empty picture,
  /// so that a wrong input size or output shape is found here.
  static StatusOr<Segmenter> Create(std::span<const std::uint8_t> onnx,
                                    const SegmenterSettings& settings);

  /// For each pixel of a gray8 or rgb8 picture, row after row, the number of its label class, or
  /// that of labels where the network's class has none. The picture is stretched to the network's
  /// input; scores are stretched back, bilinearly, before the largest is taken. Other formats:
  /// kUnsupported.
  StatusOr<std::vector<std::uint8_t>> Segment(const ImageView& picture);

 private:
  Segmenter(OnnxNetwork network, SegmenterSettings settings);

  OnnxNetwork network_;
  SegmenterSettings settings_;
};

}  // namespace seafusion::tasks

#endif  // SEAFUSION_TASKS_SEGMENTATION_SEGMENTER_H_
