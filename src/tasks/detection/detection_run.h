// How well a detector finds what is to be found in several sets of pictures of the same scenes.
#ifndef SEAFUSION_TASKS_DETECTION_DETECTION_RUN_H_
#define SEAFUSION_TASKS_DETECTION_DETECTION_RUN_H_

#include <string>

#include <seafusion/status.h>

#include "core/run_monitor.h"
#include "tasks/detection/detector/detector.h"
#include "tasks/detection/precision/average_precision.h"
#include "tasks/evaluation/evaluation.h"
#include "tasks/evaluation/evaluation_settings.h"

namespace seafusion::tasks {

struct DetectionSettings {
  std::string predictions;  ///< Folder of predictions to evaluate instead of running the model.
  DetectionLimits limits;
  ApRule rule = ApRule::kCoco101;
  double shown_score = 0.4;  ///< Overlays show boxes from this score on.
};

/// Runs the detector on every set, or reads predictions, reads the labels (YOLO text), measures
/// average precision (Tang 2022, Table 2), and writes to the output folder tables, curves,
/// predictions, files of the public COCO evaluator and overlays. Every set must hold the same
/// names, every picture needs its files. Messages begin with the file at fault. Blocks.
StatusOr<Evaluation> EvaluateDetection(const EvaluationSettings& settings,
                                       const DetectionSettings& detection,
                                       const RunMonitor& monitor = {});

}  // namespace seafusion::tasks

#endif  // SEAFUSION_TASKS_DETECTION_DETECTION_RUN_H_
