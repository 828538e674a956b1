// What `seafusion detect` hands to the vision module.
#ifndef SEAFUSION_TOOLS_OPTIONS_DETECT_OPTIONS_H_
#define SEAFUSION_TOOLS_OPTIONS_DETECT_OPTIONS_H_

#include <string>

#include "options/vision_options.h"

namespace seafusion::tools {

struct DetectOptions : VisionOptions {
  std::string predictions;  ///< Folder of predictions to evaluate instead of running `model`.
  double confidence = 0.001;
  double iou = 0.6;
  int most = 300;
  bool voc = false;          ///< VOC's rule instead of COCO's.
  double shown_score = 0.4;  ///< Overlays show boxes from this score on.
};

}  // namespace seafusion::tools

#endif  // SEAFUSION_TOOLS_OPTIONS_DETECT_OPTIONS_H_
