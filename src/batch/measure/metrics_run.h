// Measures fused pictures of folders, several pairs at a time.
#ifndef SEAFUSION_BATCH_MEASURE_METRICS_RUN_H_
#define SEAFUSION_BATCH_MEASURE_METRICS_RUN_H_

#include <cstdint>
#include <string>

#include <seafusion/fuser.h>
#include <seafusion/metrics.h>

#include "align/place/placed_sources.h"
#include "batch/measure/metrics_report.h"
#include "core/run_monitor.h"
#include "io/measure_files.h"
#include "io/pairing/pair_list.h"

namespace seafusion::batch {

struct MetricsRunSettings {
  std::string infrared;  ///< File, folder or pattern, as the others.
  std::string visible;
  std::string fused;
  metrics::MetricRequest request;
  std::string csv;    ///< File to write; empty: none.
  std::string latex;  ///< The same.
  int threads = 0;    ///< Pairs at a time; 0: one a processor.
  io::SourceOptions sources;
  align::RigChoice rig;  ///< That the pictures were fused with.
  io::PairOptions pairing;
  InfraredRange infrared_range;  ///< As which infrared pictures of more than 8 bits are measured.
  bool overwrite = false;
  bool notes = true;        ///< Say what is no error, too.
  bool keep_going = false;  ///< Leave out what has no partner, and go on after a pair that fails.
};

/// Measures, and writes the files that the settings name once all is measured. Says what has no
/// partner and what failed. `status` of the report: kNotFound, kInvalidArgument, kAlreadyExists,
/// kCancelled, or as io::ReadImage; no file is written then.
MetricsReport MeasurePictures(const MetricsRunSettings& settings, const RunMonitor& monitor);

}  // namespace seafusion::batch

#endif  // SEAFUSION_BATCH_MEASURE_METRICS_RUN_H_
