// Compares methods of fusion: every method fuses every pair, one at a time so that the times are
// worth something; then all is measured, several pairs at a time; then tables and pages.
#ifndef SEAFUSION_COMPARE_RUN_H_
#define SEAFUSION_COMPARE_RUN_H_

#include <seafusion/status.h>

#include "compare/comparison.h"
#include "core/run_monitor.h"

namespace seafusion::compare {

/// Fuses, measures, and writes the settings' folder: pictures, times.csv, metrics.csv,
/// compare.json, and report.html where this build has the page. What an earlier run of the same
/// folder did is taken over as far as it is good still. What fails at single methods, pairs and
/// tasks is said and noted in the result. A failure means that the run ended before its end:
/// kCancelled (the same call goes on from there), kInvalidArgument, kNotFound, kAlreadyExists,
/// kIoError.
StatusOr<Comparison> CompareMethods(const CompareSettings& settings,
                                    const CompareServices& services, const RunMonitor& monitor);

}  // namespace seafusion::compare

#endif  // SEAFUSION_COMPARE_RUN_H_
