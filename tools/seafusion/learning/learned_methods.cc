// The methods that run on LibTorch, for the module that fuses.
#include "methods/learned/registry.h"
#include "torch_setup.h"

extern "C" __attribute__((visibility("default"))) const seafusion::methods::MethodRegistry*
seafusion_learned_methods() {
  seafusion::tools::KeepLargeBlocks();
  return &seafusion::methods::LearnedMethods();
}
