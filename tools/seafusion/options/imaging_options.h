// What the other verbs of the imaging module hand to it.
#ifndef SEAFUSION_TOOLS_OPTIONS_IMAGING_OPTIONS_H_
#define SEAFUSION_TOOLS_OPTIONS_IMAGING_OPTIONS_H_

#include "align/run/find_rig.h"
#include "batch/measure/metrics_run.h"
#include "batch/precision/accuracy.h"
#include "batch/precision/calibrate.h"
#include "compare/settings.h"
#include "options/verb_options.h"
#include "report/report_run.h"
#include "synth/scene_files.h"

namespace seafusion::tools {

struct MetricsOptions : VerbOptions<batch::MetricsRunSettings> {
  bool per_pair = false;  ///< Print the values of each pair, too.
};
using AlignOptions = VerbOptions<align::RigSettings>;
using AccuracyOptions = VerbOptions<batch::AccuracySettings>;
using CalibrateOptions = VerbOptions<batch::CalibrateSettings>;
using CompareOptions = VerbOptions<compare::CompareSettings>;
using ReportOptions = VerbOptions<report::ReportSettings>;
using SynthOptions = VerbOptions<synth::SceneFileSettings>;

}  // namespace seafusion::tools

#endif  // SEAFUSION_TOOLS_OPTIONS_IMAGING_OPTIONS_H_
