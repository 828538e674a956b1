// What a run over pictures will read and write, settled before any work is begun.
#ifndef SEAFUSION_BATCH_FUSE_FUSE_PLAN_H_
#define SEAFUSION_BATCH_FUSE_FUSE_PLAN_H_

#include <cstdint>
#include <string>
#include <vector>

#include <seafusion/status.h>

#include "batch/fuse/fuse_run.h"

namespace seafusion::batch {

struct FusePlan {
  std::vector<FuseJob> jobs;
  std::vector<FuseJob> existing;        ///< Not in `jobs`: left out because the output exists.
  std::vector<std::string> infrared;    ///< Of all pairs, jobs or not.
  std::vector<std::string> unpaired;    ///< Pictures without a partner.
  std::vector<std::string> complaints;  ///< A line for each of these.
  std::string rule;                     ///< As io::PairList::rule.
  std::uint64_t elsewhere = 0;          ///< Pairs that belong to other shards.
  std::string folder;  ///< To be made before the first output; empty: there already.
};

/// Finds the pairs, names the outputs and makes sure that they can be written: no output exists
/// (unless the settings overwrite it or leave it out), none is an input, and the folder, or the
/// nearest one above it that exists, lets us write.
StatusOr<FusePlan> PlanFuse(const FuseRunSettings& settings);

}  // namespace seafusion::batch

#endif  // SEAFUSION_BATCH_FUSE_FUSE_PLAN_H_
