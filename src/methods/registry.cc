#include "methods/registry.h"

#include <algorithm>
#include <cassert>

#include "core/text/printable.h"
#include "methods/gtf/gtf.h"
#include "methods/learning/learned_info.h"
#include "methods/mst_sr/mst_sr.h"
#include "methods/networks/network_method.h"
#include "methods/pixelwise.h"
#include "methods/seafusion_method.h"

namespace seafusion::methods {

void MethodRegistry::Add(const RegisteredMethod& method) {
  assert(Find(method.info.name) == nullptr);
  methods_.push_back(method);
}

const RegisteredMethod* MethodRegistry::Find(std::string_view name) const {
  const auto it =
      std::find_if(methods_.begin(), methods_.end(),
                   [&](const RegisteredMethod& method) { return method.info.name == name; });
  return it == methods_.end() ? nullptr : &*it;
}

Status MethodRegistry::Unknown(std::string_view name, std::string_view also) const {
  return InvalidArgument("no method is called '" + Printable(name) + "'; there are " +
                         std::string(also) + Names());
}

StatusOr<std::unique_ptr<FusionMethod>> MethodRegistry::Create(std::string_view name,
                                                               const MethodOptions& options) const {
  const RegisteredMethod* method = Find(name);
  return method == nullptr ? Unknown(name) : method->create(options);
}

std::string MethodRegistry::Names() const {
  return JoinNames(methods_, [](const RegisteredMethod& method) { return method.info.name; });
}

const MethodRegistry& BuiltInMethods() {
  static const MethodRegistry registry = [] {
    MethodRegistry r;
    r.Add({SeAFusionInfo(), MakeSeAFusion});
    r.Add({GtfInfo(), MakeGtf});
    r.Add({MstSrInfo(), MakeMstSr});
    r.Add({DenseFuseInfo(), MakeDenseFuse});
    for (const MethodInfo& learned : {RfnNestInfo(), IfcnnInfo(), FusionGanInfo(), GanMcCInfo()}) {
      r.Add({learned, MakeWithoutLibTorch});
    }
    r.Add({U2FusionInfo(), MakeU2Fusion});
    r.Add({SdNetInfo(), MakeSdNet});
    r.Add({AverageInfo(), MakeAverage});
    r.Add({MaximumInfo(), MakeMaximum});
    return r;
  }();
  return registry;
}

}  // namespace seafusion::methods
