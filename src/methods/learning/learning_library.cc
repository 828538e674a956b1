#include "methods/learning/learning_library.h"

#include <seafusion/version.h>

#include <cstdlib>
#include <string_view>

#include "core/files/shared_library.h"
#include "core/status_macros.h"

namespace seafusion::methods {

// OpenBLAS reads its settings when it is loaded. Its threads wait for work in a busy loop, by
// default so long that they take whole processors from the rest of the training.
void SetUpLearning(int threads) {
  constexpr int kKeep = 0;  // what the user has set already
  ::setenv("OPENBLAS_THREAD_TIMEOUT", "4", kKeep);
  if (threads > 0) ::setenv("OPENBLAS_NUM_THREADS", std::to_string(threads).c_str(), kKeep);
  // LibTorch's warnings: processes that are not there yet are no matter for the user.
  ::setenv("TORCH_CPP_LOG_LEVEL", "ERROR", kKeep);
}

StatusOr<void*> FindInLearning(const std::string& path, const char* function, int threads) {
  SetUpLearning(threads);
  SEAFUSION_ASSIGN_OR_RETURN(void* const version,
                             FindInLibrary(path, "learning", "seafusion_learning_version"));
  const std::string_view theirs = reinterpret_cast<const char* (*)()>(version)();
  if (theirs != Version()) {
    return Unsupported(path + " is of version " + std::string(theirs) + ", not " +
                       std::string(Version()));
  }
  return FindInLibrary(path, "learning", function);
}

StatusOr<const MethodRegistry*> LearnedMethodsIn(const std::string& path, int threads) {
  SEAFUSION_ASSIGN_OR_RETURN(void* const function,
                             FindInLearning(path, "seafusion_learned_methods", threads));
  return reinterpret_cast<const MethodRegistry* (*)()>(function)();
}

}  // namespace seafusion::methods
