// `seafusion metrics`.
#include "metrics_verb.h"

namespace seafusion::tools {
namespace {

int Measure(const MetricsOptions& options) {
  return RunMetrics(options, ModeOf(options.progress, options.quiet, ProgressMode::kSeveral),
                    batch::MeasurePictures);
}

}  // namespace
}  // namespace seafusion::tools

SEAFUSION_MODULE_FUNCTION int seafusion_run_metrics(const void* options) {
  return seafusion::tools::RunVerb("metrics", options, seafusion::tools::Measure);
}
