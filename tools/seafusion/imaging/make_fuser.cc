#include "make_fuser.h"

#include "core/file.h"
#include "core/status_macros.h"

namespace seafusion::tools {
namespace {

// A model file beyond this is not one: the networks have a few megabytes of weights at most.
constexpr std::uint64_t kMaxModelBytes = std::uint64_t{64} << 20;

}  // namespace

StatusOr<std::vector<std::uint8_t>> ReadModel(const FuseOptions& options) {
  std::vector<std::uint8_t> weights;
  if (!options.model.empty()) {
    SEAFUSION_ASSIGN_OR_RETURN(weights, ReadFile(options.model, kMaxModelBytes));
    if (weights.empty()) return CorruptData(options.model + ": the file is empty");
  }
  return weights;
}

StatusOr<Fuser> MakeFuser(const FuseOptions& options) {
  SEAFUSION_ASSIGN_OR_RETURN(const std::vector<std::uint8_t> weights, ReadModel(options));
  StatusOr<Fuser> fuser = Fuser::Create({.threads = options.threads,
                                         .precision = options.precision,
                                         .cpu_target = options.cpu_target,
                                         .tile = options.tile,
                                         .weights = weights});
  if (!fuser.ok() && !options.model.empty()) return fuser.status().Annotate(options.model);
  return fuser;
}

}  // namespace seafusion::tools
