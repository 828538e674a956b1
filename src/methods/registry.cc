#include "methods/registry.h"

#include <algorithm>
#include <cassert>

#include "methods/gtf/gtf.h"
#include "methods/learned_info.h"
#include "methods/mst_sr/mst_sr.h"
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

StatusOr<std::unique_ptr<FusionMethod>> MethodRegistry::Create(std::string_view name,
                                                               const MethodOptions& options) const {
  const RegisteredMethod* method = Find(name);
  if (method == nullptr) {
    return InvalidArgument("no method is called '" + std::string(name) + "'; there are " + Names());
  }
  return method->create(options);
}

std::string MethodRegistry::Names() const {
  std::string names;
  for (const RegisteredMethod& method : methods_) {
    if (!names.empty()) names += ", ";
    names += method.info.name;
  }
  return names;
}

const MethodRegistry& BuiltInMethods() {
  static const MethodRegistry registry = [] {
    MethodRegistry r;
    r.Add({SeAFusionInfo(), MakeSeAFusion});
    r.Add({GtfInfo(), MakeGtf});
    r.Add({MstSrInfo(), MakeMstSr});
    for (const MethodInfo& learned : {DenseFuseInfo(), RfnNestInfo(), IfcnnInfo(), FusionGanInfo(),
                                      GanMcCInfo(), U2FusionInfo(), SdNetInfo()}) {
      r.Add({learned, MakeWithoutLibTorch});
    }
    r.Add({AverageInfo(), MakeAverage});
    r.Add({MaximumInfo(), MakeMaximum});
    return r;
  }();
  return registry;
}

}  // namespace seafusion::methods
