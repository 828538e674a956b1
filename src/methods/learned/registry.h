// Which methods run on LibTorch, for those who need none of its headers.
#ifndef SEAFUSION_METHODS_LEARNED_REGISTRY_H_
#define SEAFUSION_METHODS_LEARNED_REGISTRY_H_

#include "methods/registry.h"

namespace seafusion::methods {

/// The methods that run on LibTorch.
const MethodRegistry& LearnedMethods();

}  // namespace seafusion::methods

#endif  // SEAFUSION_METHODS_LEARNED_REGISTRY_H_
