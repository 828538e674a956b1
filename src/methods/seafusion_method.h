// SeAFusion itself, behind the interface of its competitors.
#ifndef SEAFUSION_METHODS_SEAFUSION_METHOD_H_
#define SEAFUSION_METHODS_SEAFUSION_METHOD_H_

#include <memory>

#include "methods/fusion_method.h"

namespace seafusion::methods {

MethodInfo SeAFusionInfo();

/// A Fuser made of the options; the weights default to the library's.
StatusOr<std::unique_ptr<FusionMethod>> MakeSeAFusion(const MethodOptions& options);

}  // namespace seafusion::methods

#endif  // SEAFUSION_METHODS_SEAFUSION_METHOD_H_
