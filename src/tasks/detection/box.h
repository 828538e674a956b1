// Boxes in pictures, as labels and as detectors' answers.
#ifndef SEAFUSION_TASKS_DETECTION_BOX_H_
#define SEAFUSION_TASKS_DETECTION_BOX_H_

#include <algorithm>
#include <vector>

namespace seafusion::tasks {

/// In pixels, from the picture's upper left corner; the lower right edges are not part of the last
/// pixel but behind it, so that a box as large as the picture is {0, 0, width, height}.
struct Box {
  double left = 0;
  double top = 0;
  double right = 0;
  double bottom = 0;

  /// 0 for a box that is turned inside out.
  double area() const { return std::max(0.0, right - left) * std::max(0.0, bottom - top); }
};

inline double IntersectionArea(const Box& a, const Box& b) {
  return Box{std::max(a.left, b.left), std::max(a.top, b.top), std::min(a.right, b.right),
             std::min(a.bottom, b.bottom)}
      .area();
}

/// Intersection over union; 0 where both are empty.
inline double Iou(const Box& a, const Box& b) {
  const double both = IntersectionArea(a, b);
  const double either = a.area() + b.area() - both;
  return either > 0 ? both / either : 0;
}

struct GroundTruth {
  Box box;
  int category = 0;
  /// Not to be found and not to be missed: detections that lie mostly in it do not count. COCO's
  /// "crowd".
  bool ignored = false;
};

struct Detection {
  Box box;
  int category = 0;
  double score = 0;
};

struct PictureBoxes {
  std::vector<GroundTruth> truth;
  std::vector<Detection> detections;
};

}  // namespace seafusion::tasks

#endif  // SEAFUSION_TASKS_DETECTION_BOX_H_
