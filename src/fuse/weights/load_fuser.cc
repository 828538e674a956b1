#include "fuse/weights/load_fuser.h"

#include <span>

#include <seafusion/version.h>

#include "core/files/file.h"
#include "core/status_macros.h"

namespace seafusion {
namespace {

// A file beyond this holds none: the networks have a few megabytes of weights at most.
constexpr std::uint64_t kMaxWeightsBytes = std::uint64_t{64} << 20;

}  // namespace

StatusOr<std::vector<std::uint8_t>> ReadWeights(const std::string& model) {
  const std::span<const std::uint8_t> built_in = BuiltInWeights(model);
  std::vector<std::uint8_t> weights(built_in.begin(), built_in.end());
  if (!model.empty() && weights.empty()) {
    SEAFUSION_ASSIGN_OR_RETURN(weights, ReadFile(model, kMaxWeightsBytes));
    if (weights.empty()) return CorruptData(model + ": the file is empty");
  }
  return weights;
}

StatusOr<model::TensorArchive> LoadWeights(const std::string& model) {
  SEAFUSION_ASSIGN_OR_RETURN(const std::vector<std::uint8_t> weights, ReadWeights(model));
  auto archive = model::ParseSafetensors(weights.empty() ? DefaultWeights() : std::span(weights));
  if (!archive.ok()) return archive.status().Annotate(model.empty() ? "default weights" : model);
  return archive;
}

OutputRange DefaultOutputRange(const std::string& model) {
  const bool own = model.empty() || !BuiltInWeights(model).empty();
  return {.kind = own ? OutputRange::Kind::kGentle : OutputRange::Kind::kNone};
}

StatusOr<Fuser> LoadFuser(const std::string& model, FuserOptions options) {
  SEAFUSION_ASSIGN_OR_RETURN(const std::vector<std::uint8_t> weights, ReadWeights(model));
  options.weights = weights;
  StatusOr<Fuser> fuser = Fuser::Create(options);
  if (!fuser.ok() && !model.empty()) return fuser.status().Annotate(model);
  return fuser;
}

}  // namespace seafusion
