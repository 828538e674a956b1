#include "make_fuser.h"

#include <cstdint>
#include <vector>

#include "core/file.h"
#include "core/status_macros.h"

namespace seafusion::tools {
namespace {

// A model file beyond this is not one: the network has less than a megabyte of weights.
constexpr std::uint64_t kMaxModelBytes = std::uint64_t{64} << 20;

}  // namespace

StatusOr<Fuser> MakeFuser(const FuseOptions& options) {
  std::vector<std::uint8_t> weights;
  if (!options.model.empty()) {
    SEAFUSION_ASSIGN_OR_RETURN(weights, ReadFile(options.model, kMaxModelBytes));
    if (weights.empty()) return CorruptData(options.model + ": the file is empty");
  }
  StatusOr<Fuser> fuser = Fuser::Create({.threads = options.threads,
                                         .precision = options.precision,
                                         .cpu_target = options.cpu_target,
                                         .tile = options.tile,
                                         .weights = weights});
  if (!fuser.ok() && !options.model.empty()) return fuser.status().Annotate(options.model);
  return fuser;
}

}  // namespace seafusion::tools
