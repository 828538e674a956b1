#include "make_method.h"

#include <cstdint>
#include <vector>

#include "core/status_macros.h"
#include "make_fuser.h"
#include "methods/registry.h"

namespace seafusion::tools {

StatusOr<std::unique_ptr<methods::FusionMethod>> MakeMethod(const FuseOptions& options) {
  SEAFUSION_ASSIGN_OR_RETURN(const std::vector<std::uint8_t> weights, ReadModel(options));
  auto method = methods::BuiltInMethods().Create(options.method, {.threads = options.threads,
                                                                  .weights = weights,
                                                                  .precision = options.precision,
                                                                  .cpu_target = options.cpu_target,
                                                                  .tile = options.tile});
  if (!method.ok() && !options.model.empty()) return method.status().Annotate(options.model);
  return method;
}

}  // namespace seafusion::tools
