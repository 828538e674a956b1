// Pictures, labels and what a network makes of them.
#ifndef SEAFUSION_TOOLS_VISION_SEGMENTATION_SEGMENTATION_RUN_H_
#define SEAFUSION_TOOLS_VISION_SEGMENTATION_SEGMENTATION_RUN_H_

#include <string>
#include <vector>

#include <seafusion/status.h>

#include "metrics/confusion_matrix.h"
#include "options/vision_options.h"
#include "tasks/segmentation/segmenter_settings.h"
#include "vision/output_folder.h"

namespace seafusion::tools {

struct SegmentedSource {
  std::string name;
  /// Of each picture; a class more than there are labels: pixels that the network gives none.
  std::vector<metrics::ConfusionMatrix> pictures;
  double pictures_per_second = 0;  ///< Reading, measuring and writing included.
};

/// Reads the settings that go with the options' model.
StatusOr<tasks::SegmenterSettings> ReadSegmenterSettings(const VisionOptions& options);

/// Runs the network on every source, counts, and writes overlays. Every source must hold the same
/// names, every picture needs its label. Messages begin with the file at fault.
StatusOr<std::vector<SegmentedSource>> SegmentAll(const VisionOptions& options,
                                                  const tasks::SegmenterSettings& settings,
                                                  const OutputFolder& folder);

}  // namespace seafusion::tools

#endif  // SEAFUSION_TOOLS_VISION_SEGMENTATION_SEGMENTATION_RUN_H_
