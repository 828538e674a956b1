// What every measurement does around the measuring: times it, and writes the files it was asked
// for.
#ifndef SEAFUSION_BATCH_MEASURE_WRITTEN_REPORT_H_
#define SEAFUSION_BATCH_MEASURE_WRITTEN_REPORT_H_

#include <functional>

#include <seafusion/status.h>

#include "batch/measure/metrics_report.h"
#include "batch/measure/metrics_run.h"
#include "io/pairing/kept_inputs.h"

namespace seafusion::batch {

/// kInvalidArgument where a file that the settings write is an input: before the measuring, which
/// would be for nothing.
Status CheckOutputs(const MetricsRunSettings& settings, io::KeptInputs inputs);

/// A report of what `measure` fills in. Files that cannot be written are refused before it runs,
/// and none is written when it fails.
MetricsReport WrittenReport(const MetricsRunSettings& settings,
                            const std::function<Status(MetricsReport& report)>& measure);

}  // namespace seafusion::batch

#endif  // SEAFUSION_BATCH_MEASURE_WRITTEN_REPORT_H_
