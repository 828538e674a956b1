// `seafusion metrics` on videos and numbered pictures.
#include "batch/measure/video_metrics.h"
#include "metrics_verb.h"

namespace seafusion::tools {
namespace {

int Measure(const MetricsOptions& options) {
  return RunMetrics(options, ModeOf(options.progress, options.quiet), batch::MeasureVideos);
}

}  // namespace
}  // namespace seafusion::tools

SEAFUSION_MODULE_FUNCTION int seafusion_run_metrics_video(const void* options) {
  return seafusion::tools::RunVerb("metrics", options, seafusion::tools::Measure);
}
