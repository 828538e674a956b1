// What is known of the methods that run on LibTorch without loading it.
#ifndef SEAFUSION_METHODS_LEARNING_LEARNED_INFO_H_
#define SEAFUSION_METHODS_LEARNING_LEARNED_INFO_H_

#include "methods/registry.h"

namespace seafusion::methods {

MethodInfo DenseFuseInfo();
MethodInfo IfcnnInfo();
MethodInfo U2FusionInfo();
MethodInfo SdNetInfo();
MethodInfo FusionGanInfo();
MethodInfo GanMcCInfo();
MethodInfo RfnNestInfo();

/// RegisteredMethod::create in builds and parts of programs without LibTorch: kUnsupported.
StatusOr<std::unique_ptr<FusionMethod>> MakeWithoutLibTorch(const MethodOptions& options);

}  // namespace seafusion::methods

#endif  // SEAFUSION_METHODS_LEARNING_LEARNED_INFO_H_
