// What is in the learning module.
#ifndef SEAFUSION_TOOLS_LEARNING_MODULE_H_
#define SEAFUSION_TOOLS_LEARNING_MODULE_H_

#include <seafusion/status.h>

namespace seafusion::methods {
class MethodRegistry;
}

namespace seafusion::tools {

/// FindInModule("learning", function) with OpenBLAS set up for `threads` (0: as it likes).
StatusOr<void*> FindInLearning(const char* function, int threads);

/// The methods that run on LibTorch: a methods::OpenLearnedMethods.
StatusOr<const methods::MethodRegistry*> OpenLearnedMethods(int threads);

/// RunInModule("learning", ...), set up in the same way.
int RunLearning(const char* function, const void* options, int threads);

}  // namespace seafusion::tools

#endif  // SEAFUSION_TOOLS_LEARNING_MODULE_H_
