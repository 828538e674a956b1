// What a network makes of the pictures of a comparison (Tang 2022, Section 4.5): a row for each
// source and each method.
#ifndef SEAFUSION_COMPARE_TASK_H_
#define SEAFUSION_COMPARE_TASK_H_

#include <optional>
#include <string>
#include <vector>

#include <seafusion/status.h>

#include "compare/comparison.h"
#include "compare/folder/report_folder.h"

namespace seafusion::compare {

/// Has `services.run_task` judge all pictures of `data` whose methods have every one, or takes over
/// what an earlier run left of the same pictures, network and labels. Nothing where `kind` was not
/// asked for or the data has no labels for it. What fails is noted in the task; a failure means
/// that the report's folder cannot be read or written, or kCancelled that the task was stopped.
StatusOr<std::optional<ComparedTask>> RunTask(TaskKind kind, const CompareSettings& settings,
                                              const CompareServices& services,
                                              const ComparedData& data, const ReportFolder& folder);

}  // namespace seafusion::compare

#endif  // SEAFUSION_COMPARE_TASK_H_
