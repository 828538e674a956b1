// The methods of this build by name.
#ifndef SEAFUSION_METHODS_REGISTRY_H_
#define SEAFUSION_METHODS_REGISTRY_H_

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "methods/fusion_method.h"

namespace seafusion::methods {

/// "seafusion, gtf, mst-sr": what `name` gives for each of `items`.
template <typename Items, typename Name>
std::string JoinNames(const Items& items, const Name& name) {
  std::string names;
  for (const auto& item : items) {
    if (!names.empty()) names += ", ";
    names += name(item);
  }
  return names;
}

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

  /// kInvalidArgument, naming those there are: "no method is called 'gft'; there are seafusion,
  /// ...". `also` stands before their names: "all, ".
  Status Unknown(std::string_view name, std::string_view also = "") const;

  /// Fails as Unknown says for an unknown name; else as RegisteredMethod::create.
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
