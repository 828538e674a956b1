// What `seafusion fuse` hands to the imaging module, or the video module.
#ifndef SEAFUSION_TOOLS_OPTIONS_FUSE_OPTIONS_H_
#define SEAFUSION_TOOLS_OPTIONS_FUSE_OPTIONS_H_

#include "batch/fuse/fuse_run.h"
#include "options/verb_options.h"
#include "stream/stream_settings.h"

namespace seafusion::tools {

struct FuseOptions : VerbOptions<batch::FuseRunSettings> {
  /// For videos, cameras and numbered pictures; what is above is put into it before it is used.
  stream::StreamSettings stream;
};

}  // namespace seafusion::tools

#endif  // SEAFUSION_TOOLS_OPTIONS_FUSE_OPTIONS_H_
