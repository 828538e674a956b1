// Labels and detections in the form that the public COCO evaluator reads.
#ifndef SEAFUSION_TASKS_DETECTION_FILES_COCO_JSON_H_
#define SEAFUSION_TASKS_DETECTION_FILES_COCO_JSON_H_

#include <span>
#include <string>
#include <vector>

#include "tasks/detection/box.h"

namespace seafusion::tasks {

struct NamedPicture {
  std::string name;
  int width = 0;
  int height = 0;
  PictureBoxes boxes;
};

/// {"images": ..., "annotations": ..., "categories": ...}: ids of pictures and boxes begin at 1 in
/// the order given, those of categories at 1 for label class 0. Ignored boxes are crowds.
std::string CocoGroundTruth(std::span<const NamedPicture> pictures,
                            const std::vector<std::string>& labels);

/// [{"image_id", "category_id", "bbox": [left, top, width, height], "score"}, ...] with the same
/// ids.
std::string CocoResults(std::span<const NamedPicture> pictures);

}  // namespace seafusion::tasks

#endif  // SEAFUSION_TASKS_DETECTION_FILES_COCO_JSON_H_
