// The methods of this build by name.
#ifndef SEAFUSION_METHODS_REGISTRY_H_
#define SEAFUSION_METHODS_REGISTRY_H_

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "methods/fusion_method.h"

namespace seafusion::methods {

struct RegisteredMethod {
  MethodInfo info;
  /// Fails as Fuser::Create does; kNotFound where required weights are not given.
  StatusOr<std::unique_ptr<FusionMethod>> (*create)(const MethodOptions& options);
};

/// Thread-compatible.
class MethodRegistry {
 public:
  /// Precondition: no method of that name is registered.
  void Add(const RegisteredMethod& method);

  /// In the order they were added.
  const std::vector<RegisteredMethod>& all() const { return methods_; }

  /// Null: there is none of that name.
  const RegisteredMethod* Find(std::string_view name) const;

  /// Fails with kInvalidArgument, naming those there are, for an unknown name; else as
  /// RegisteredMethod::create.
  StatusOr<std::unique_ptr<FusionMethod>> Create(std::string_view name,
                                                 const MethodOptions& options) const;

  /// "seafusion, gtf, mst-sr".
  std::string Names() const;

 private:
  std::vector<RegisteredMethod> methods_;
};

/// All methods. Those that run on LibTorch can be looked up here, not created.
const MethodRegistry& BuiltInMethods();

}  // namespace seafusion::methods

#endif  // SEAFUSION_METHODS_REGISTRY_H_
