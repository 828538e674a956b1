// The Fuser that the options of `seafusion fuse` ask for.
#ifndef SEAFUSION_TOOLS_IMAGING_MAKE_FUSER_H_
#define SEAFUSION_TOOLS_IMAGING_MAKE_FUSER_H_

#include <cstdint>
#include <vector>

#include <seafusion/fuser.h>

#include "options/fuse_options.h"

namespace seafusion::tools {

/// The bytes of the file that the options name; none where they name none. Messages name the file.
StatusOr<std::vector<std::uint8_t>> ReadModel(const FuseOptions& options);

/// With the weights of the file that the options name, or the built-in ones. Messages name the
/// file.
StatusOr<Fuser> MakeFuser(const FuseOptions& options);

}  // namespace seafusion::tools

#endif  // SEAFUSION_TOOLS_IMAGING_MAKE_FUSER_H_
