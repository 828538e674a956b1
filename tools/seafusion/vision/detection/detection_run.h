// Pictures, labels and what a detector finds in them.
#ifndef SEAFUSION_TOOLS_VISION_DETECTION_DETECTION_RUN_H_
#define SEAFUSION_TOOLS_VISION_DETECTION_DETECTION_RUN_H_

#include <string>
#include <vector>

#include <seafusion/status.h>

#include "io/pair_list.h"
#include "options/detect_options.h"
#include "tasks/detection/coco_json.h"
#include "tasks/detection/detector_settings.h"

namespace seafusion::tools {

struct DetectedSource {
  std::string name;
  std::vector<io::PictureFile> files;
  std::vector<tasks::NamedPicture> pictures;  ///< Of these files; ignored regions not yet spread.
  double pictures_per_second = 0;             ///< Reading included; 0: predictions were read.
};

/// Reads the settings that go with the options' model.
StatusOr<tasks::DetectorSettings> ReadDetectorSettings(const DetectOptions& options);

/// Runs the detector on every source, or reads predictions, and reads the labels. Every source must
/// hold the same names, every picture needs its files. Messages begin with the file at fault.
StatusOr<std::vector<DetectedSource>> DetectAll(const DetectOptions& options,
                                                const tasks::DetectorSettings& settings);

/// What is measured: boxes of ignored classes, in every evaluated class instead of their own.
tasks::PictureBoxes ForEvaluation(const tasks::PictureBoxes& boxes,
                                  const tasks::DetectorSettings& settings);

}  // namespace seafusion::tools

#endif  // SEAFUSION_TOOLS_VISION_DETECTION_DETECTION_RUN_H_
