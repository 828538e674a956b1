// Measures what the methods of a comparison made.
#ifndef SEAFUSION_COMPARE_MEASURE_H_
#define SEAFUSION_COMPARE_MEASURE_H_

#include <string>
#include <vector>

#include <seafusion/status.h>

#include "align/place/placed_sources.h"
#include "compare/comparison.h"
#include "compare/folder/run_state.h"
#include "core/run_monitor.h"

namespace seafusion::compare {

/// Measures the pictures that lack a value which is asked for, several pairs at a time, and keeps
/// each result in `states`, one for each of `data.methods`. `rig`: in use. `label` is that of the
/// progress. What fails is said and noted in the pair. Errors: kCancelled, kIoError (a state cannot
/// be written).
Status MeasureData(const CompareSettings& settings, const align::OpenedRig& rig,
                   const std::string& label, const RunMonitor& monitor, ComparedData& data,
                   std::vector<RunState>& states);

}  // namespace seafusion::compare

#endif  // SEAFUSION_COMPARE_MEASURE_H_
