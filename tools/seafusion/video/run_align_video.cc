// `seafusion align` on videos, numbered pictures and cameras.
#include "align_verb.h"
#include "stream/rig/align_streams.h"

namespace seafusion::tools {
namespace {

int AlignVideo(const AlignOptions& options) {
  return RunAlign(options, stream::AlignStreams);
}

}  // namespace
}  // namespace seafusion::tools

SEAFUSION_MODULE_FUNCTION int seafusion_run_align_video(const void* options) {
  return seafusion::tools::RunVerb("align", options, seafusion::tools::AlignVideo);
}
