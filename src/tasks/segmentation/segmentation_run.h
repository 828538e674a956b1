// How well networks segment several sets of pictures of the same scenes.
#ifndef SEAFUSION_TASKS_SEGMENTATION_SEGMENTATION_RUN_H_
#define SEAFUSION_TASKS_SEGMENTATION_SEGMENTATION_RUN_H_

#include <seafusion/status.h>

#include "core/run_monitor.h"
#include "tasks/evaluation/evaluation.h"
#include "tasks/evaluation/evaluation_settings.h"

namespace seafusion::tasks {

/// Runs the network, or each set's own, on every set, counts pixels against the labels (gray
/// pictures of class numbers; 255 does not count), measures intersection over union (Tang 2022,
/// Table 1), and writes to the output folder tables, confusion matrices, the classes and overlays.
/// Every set must hold the same names, every picture needs its label. Messages begin with the file
/// at fault. Blocks.
StatusOr<Evaluation> EvaluateSegmentation(const EvaluationSettings& settings,
                                          const RunMonitor& monitor = {});

}  // namespace seafusion::tasks

#endif  // SEAFUSION_TASKS_SEGMENTATION_SEGMENTATION_RUN_H_
