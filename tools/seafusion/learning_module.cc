#include "learning_module.h"

#include <cstdlib>
#include <string>

#include "module.h"

namespace seafusion::tools {
namespace {

// OpenBLAS reads its settings when it is loaded. Its threads wait for work in a busy loop, by
// default so long that they take whole processors from the rest of the training.
void SetUpEnvironment(int threads) {
  constexpr int kKeep = 0;  // what the user has set already
  ::setenv("OPENBLAS_THREAD_TIMEOUT", "4", kKeep);
  if (threads > 0) ::setenv("OPENBLAS_NUM_THREADS", std::to_string(threads).c_str(), kKeep);
  // LibTorch's warnings: processes that are not there yet are no matter for the user.
  ::setenv("TORCH_CPP_LOG_LEVEL", "ERROR", kKeep);
}

}  // namespace

StatusOr<void*> FindInLearning(const char* function, int threads) {
  SetUpEnvironment(threads);
  return FindInModule("learning", function);
}

StatusOr<const methods::MethodRegistry*> OpenLearnedMethods(int threads) {
  const StatusOr<void*> function = FindInLearning("seafusion_learned_methods", threads);
  if (!function.ok()) return function.status();
  return reinterpret_cast<const methods::MethodRegistry* (*)()>(*function)();
}

int RunLearning(const char* function, const void* options, int threads) {
  SetUpEnvironment(threads);
  return RunInModule("learning", function, options);
}

}  // namespace seafusion::tools
