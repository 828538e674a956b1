#include "make_method.h"

#include <cstdint>
#include <vector>

#include "core/status_macros.h"
#include "fuse/load_fuser.h"
#include "learning_module.h"
#include "methods/registry.h"

namespace seafusion::tools {
namespace {

using methods::MethodRegistry;

// Where the method can be created: here, or, for those on LibTorch, in the module that has it.
StatusOr<const MethodRegistry*> RegistryWith(const std::string& name, int threads) {
  const MethodRegistry& here = methods::BuiltInMethods();
  const methods::RegisteredMethod* method = here.Find(name);
  if (method == nullptr || !method->info.runs_on_libtorch) return &here;
  const StatusOr<void*> function = FindInLearning("seafusion_learned_methods", threads);
  if (!function.ok()) {
    return Status(function.status().code(),
                  name + " runs on LibTorch: " + function.status().message());
  }
  return reinterpret_cast<const MethodRegistry* (*)()>(*function)();
}

}  // namespace

StatusOr<std::unique_ptr<methods::FusionMethod>> MakeMethod(const FuseOptions& options) {
  SEAFUSION_ASSIGN_OR_RETURN(const std::vector<std::uint8_t> weights, ReadWeights(options.model));
  SEAFUSION_ASSIGN_OR_RETURN(const MethodRegistry* const registry,
                             RegistryWith(options.method, options.threads));
  auto method = registry->Create(options.method, {.threads = options.threads,
                                                  .weights = weights,
                                                  .precision = options.precision,
                                                  .cpu_target = options.cpu_target,
                                                  .tile = options.tile});
  if (!method.ok() && !options.model.empty()) return method.status().Annotate(options.model);
  return method;
}

}  // namespace seafusion::tools
