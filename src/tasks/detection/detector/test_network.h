// For tests: YOLO networks byte by byte, whose answers are known.
#ifndef SEAFUSION_TASKS_DETECTION_DETECTOR_TEST_NETWORK_H_
#define SEAFUSION_TASKS_DETECTION_DETECTOR_TEST_NETWORK_H_

#include <cstdint>
#include <vector>

namespace seafusion::tasks {

/// One row of the output; in pixels of the network's input.
struct TestAnswer {
  float centre_x, centre_y, width, height;
  float objectness;
  std::vector<float> classes;
};

/// YOLOv5's layout, 1 x answers x (5 + classes), as ONNX. Whatever the picture, the answers are
/// these; but `brightness` times the mean of its red samples (as the network gets them) is added to
/// every objectness. `width`, `height`: of the input.
std::vector<std::uint8_t> TestDetector(const std::vector<TestAnswer>& answers, int width,
                                       int height, float brightness = 0);

}  // namespace seafusion::tasks

#endif  // SEAFUSION_TASKS_DETECTION_DETECTOR_TEST_NETWORK_H_
