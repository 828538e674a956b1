// What `seafusion detect` hands to the vision module.
#ifndef SEAFUSION_TOOLS_OPTIONS_DETECT_OPTIONS_H_
#define SEAFUSION_TOOLS_OPTIONS_DETECT_OPTIONS_H_

#include "options/vision_options.h"
#include "tasks/detection/detection_run.h"

namespace seafusion::tools {

struct DetectOptions : VisionOptions {
  tasks::DetectionSettings detection;
};

}  // namespace seafusion::tools

#endif  // SEAFUSION_TOOLS_OPTIONS_DETECT_OPTIONS_H_
