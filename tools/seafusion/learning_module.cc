#include "learning_module.h"

#include "methods/learning/learning_library.h"
#include "module.h"

namespace seafusion::tools {

StatusOr<void*> FindInLearning(const char* function, int threads) {
  return methods::FindInLearning(PathOfModule("learning"), function, threads);
}

StatusOr<const methods::MethodRegistry*> OpenLearnedMethods(int threads) {
  return methods::LearnedMethodsIn(PathOfModule("learning"), threads);
}

int RunLearning(const char* function, const void* options, int threads) {
  methods::SetUpLearning(threads);
  return RunInModule("learning", function, options);
}

}  // namespace seafusion::tools
