// Object detectors from ONNX files, run by OpenCV's network module.
#ifndef SEAFUSION_TASKS_DETECTION_DETECTOR_DETECTOR_H_
#define SEAFUSION_TASKS_DETECTION_DETECTOR_DETECTOR_H_

#include <span>
#include <vector>

#include <seafusion/image.h>
#include <seafusion/status.h>

#include "tasks/detection/box.h"
#include "tasks/detection/detector/detector_settings.h"
#include "tasks/network/onnx_network.h"

namespace seafusion::tasks {

struct DetectionLimits {
  double confidence = 0.001;  ///< Answers with lower scores are dropped.
  double iou = 0.6;           ///< Above it, the weaker of two answers of one category is dropped.
  std::size_t most = 300;     ///< Answers kept for a picture.
};

/// Not thread-safe: one call at a time. OpenCV's threads (cv::setNumThreads) share the work.
class Detector {
 public:
  /// `onnx` holds the bytes of a file with one input and one output. kCorruptData or kUnsupported:
  /// OpenCV cannot read or run it, with its reason; the network is tried once on an empty picture,
  /// so that a wrong input size or output shape is found here.
  static StatusOr<Detector> Create(std::span<const std::uint8_t> onnx,
                                   const DetectorSettings& settings);

  const DetectorSettings& settings() const { return settings_; }

  /// A gray8 or rgb8 picture of any size; boxes are in its pixels, scores fall. Other formats:
  /// kUnsupported.
  StatusOr<std::vector<Detection>> Detect(const ImageView& picture, const DetectionLimits& limits);

 private:
  Detector(OnnxNetwork network, DetectorSettings settings);

  OnnxNetwork network_;
  DetectorSettings settings_;
};

}  // namespace seafusion::tasks

#endif  // SEAFUSION_TASKS_DETECTION_DETECTOR_DETECTOR_H_
