// `seafusion align` on pictures.
#include "align_verb.h"

namespace seafusion::tools {
namespace {

int Align(const AlignOptions& options) {
  return RunAlign(options, align::FindRig);
}

}  // namespace
}  // namespace seafusion::tools

SEAFUSION_MODULE_FUNCTION int seafusion_run_align(const void* options) {
  return seafusion::tools::RunVerb("align", options, seafusion::tools::Align);
}
