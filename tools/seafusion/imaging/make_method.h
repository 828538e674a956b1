// The fusion method that the options of `seafusion fuse` ask for.
#ifndef SEAFUSION_TOOLS_IMAGING_MAKE_METHOD_H_
#define SEAFUSION_TOOLS_IMAGING_MAKE_METHOD_H_

#include <memory>

#include "methods/fusion_method.h"
#include "options/fuse_options.h"

namespace seafusion::tools {

/// With the weights of the file that the options name, or the built-in ones. Messages name the
/// file.
StatusOr<std::unique_ptr<methods::FusionMethod>> MakeMethod(const FuseOptions& options);

}  // namespace seafusion::tools

#endif  // SEAFUSION_TOOLS_IMAGING_MAKE_METHOD_H_
