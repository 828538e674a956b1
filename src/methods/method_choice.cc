#include "methods/method_choice.h"

#include <vector>

#include "core/status_macros.h"
#include "fuse/weights/load_fuser.h"

namespace seafusion::methods {
namespace {

// Where the method can be created.
StatusOr<const MethodRegistry*> RegistryWith(const MethodChoice& choice,
                                             const OpenLearnedMethods& open_learned) {
  const MethodRegistry& here = BuiltInMethods();
  const RegisteredMethod* method = here.Find(choice.name);
  if (method == nullptr || !method->info.runs_on_libtorch || !open_learned) return &here;
  StatusOr<const MethodRegistry*> registry = open_learned(choice.threads);
  if (registry.ok()) return registry;
  return Status(registry.status().code(),
                choice.name + " runs on LibTorch: " + registry.status().message());
}

}  // namespace

StatusOr<std::unique_ptr<FusionMethod>> CreateMethod(const MethodChoice& choice,
                                                     std::span<const std::uint8_t> weights,
                                                     const OpenLearnedMethods& open_learned) {
  SEAFUSION_ASSIGN_OR_RETURN(const MethodRegistry* const registry,
                             RegistryWith(choice, open_learned));
  auto method = registry->Create(choice.name, {.threads = choice.threads,
                                               .weights = weights,
                                               .precision = choice.precision,
                                               .cpu_target = choice.cpu_target,
                                               .tile = choice.tile});
  if (!method.ok() && !choice.model.empty()) return method.status().Annotate(choice.model);
  return method;
}

StatusOr<std::unique_ptr<FusionMethod>> CreateMethod(const MethodChoice& choice,
                                                     const OpenLearnedMethods& open_learned) {
  SEAFUSION_ASSIGN_OR_RETURN(const std::vector<std::uint8_t> weights, ReadWeights(choice.model));
  return CreateMethod(choice, weights, open_learned);
}

}  // namespace seafusion::methods
