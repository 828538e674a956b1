// The methods whose networks the project's own engine runs.
#ifndef SEAFUSION_METHODS_NETWORKS_NETWORK_METHOD_H_
#define SEAFUSION_METHODS_NETWORKS_NETWORK_METHOD_H_

#include <memory>

#include "methods/fusion_method.h"

namespace seafusion::methods {

/// Each takes MethodOptions::weights: kNotFound without; kInvalidArgument or kCorruptData where
/// they are not that method's; for `cpu_target` as Fuser::Create. Always in fp32.
StatusOr<std::unique_ptr<FusionMethod>> MakeDenseFuse(const MethodOptions& options);
StatusOr<std::unique_ptr<FusionMethod>> MakeU2Fusion(const MethodOptions& options);
StatusOr<std::unique_ptr<FusionMethod>> MakeSdNet(const MethodOptions& options);

/// What kNotFound says of a method that is given no weights.
Status LacksWeights(std::string_view method);

}  // namespace seafusion::methods

#endif  // SEAFUSION_METHODS_NETWORKS_NETWORK_METHOD_H_
