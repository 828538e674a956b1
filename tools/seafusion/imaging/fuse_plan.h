// What a run of `seafusion fuse` will read and write, settled before any work is begun.
#ifndef SEAFUSION_TOOLS_IMAGING_FUSE_PLAN_H_
#define SEAFUSION_TOOLS_IMAGING_FUSE_PLAN_H_

#include <cstdint>
#include <string>
#include <vector>

#include <seafusion/status.h>

#include "options/fuse_options.h"

namespace seafusion::tools {

struct FuseJob {
  std::string infrared;
  std::string visible;
  std::string output;
};

struct FusePlan {
  std::vector<FuseJob> jobs;
  std::vector<FuseJob> existing;      ///< Not in `jobs`: left out because the output exists.
  std::vector<std::string> unpaired;  ///< Pictures without a partner.
  std::uint64_t elsewhere = 0;        ///< Pairs that belong to other shards.
  std::string folder;                 ///< To be made before the first output; empty: there already.
};

/// Finds the pairs, names the outputs and makes sure that they can be written: no output exists
/// (unless the options overwrite it or leave it out), none is an input, and the
/// folder, or the nearest one above it that exists, lets us write.
StatusOr<FusePlan> PlanFuse(const FuseOptions& options);

}  // namespace seafusion::tools

#endif  // SEAFUSION_TOOLS_IMAGING_FUSE_PLAN_H_
