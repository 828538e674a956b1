// What `seafusion serve` hands to its module.
#ifndef SEAFUSION_TOOLS_OPTIONS_SERVE_OPTIONS_H_
#define SEAFUSION_TOOLS_OPTIONS_SERVE_OPTIONS_H_

#include "options/verb_options.h"
#include "serve/serve_run.h"

namespace seafusion::tools {

using ServeOptions = VerbOptions<serve::ServeSettings>;

}  // namespace seafusion::tools

#endif  // SEAFUSION_TOOLS_OPTIONS_SERVE_OPTIONS_H_
