// The methods that run on LibTorch, for the module that fuses.
#include "learn/run/torch_setup.h"
#include "methods/learned/registry.h"

extern "C" __attribute__((visibility("default"))) const seafusion::methods::MethodRegistry*
seafusion_learned_methods() {
  seafusion::learn::KeepLargeBlocks();
  return &seafusion::methods::LearnedMethods();
}
