#include "fuse/load_fuser.h"

#include "core/file.h"
#include "core/status_macros.h"

namespace seafusion {
namespace {

// A file beyond this holds none: the networks have a few megabytes of weights at most.
constexpr std::uint64_t kMaxWeightsBytes = std::uint64_t{64} << 20;

}  // namespace

StatusOr<std::vector<std::uint8_t>> ReadWeights(const std::string& path) {
  std::vector<std::uint8_t> weights;
  if (!path.empty()) {
    SEAFUSION_ASSIGN_OR_RETURN(weights, ReadFile(path, kMaxWeightsBytes));
    if (weights.empty()) return CorruptData(path + ": the file is empty");
  }
  return weights;
}

StatusOr<Fuser> LoadFuser(const std::string& path, FuserOptions options) {
  SEAFUSION_ASSIGN_OR_RETURN(const std::vector<std::uint8_t> weights, ReadWeights(path));
  options.weights = weights;
  StatusOr<Fuser> fuser = Fuser::Create(options);
  if (!fuser.ok() && !path.empty()) return fuser.status().Annotate(path);
  return fuser;
}

}  // namespace seafusion
