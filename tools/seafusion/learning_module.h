// Verbs whose work is in the learning module.
#ifndef SEAFUSION_TOOLS_LEARNING_MODULE_H_
#define SEAFUSION_TOOLS_LEARNING_MODULE_H_

namespace seafusion::tools {

/// RunInModule("learning", ...) with OpenBLAS set up for `threads` (0: as it likes).
int RunLearning(const char* function, const void* options, int threads);

}  // namespace seafusion::tools

#endif  // SEAFUSION_TOOLS_LEARNING_MODULE_H_
