// Opens the shared library of what runs on LibTorch. Without LibTorch.
#ifndef SEAFUSION_METHODS_LEARNING_LEARNING_LIBRARY_H_
#define SEAFUSION_METHODS_LEARNING_LEARNING_LIBRARY_H_

#include <string>

#include <seafusion/status.h>

#include "methods/registry.h"

namespace seafusion::methods {

/// Sets up OpenBLAS for `threads` (0: as it likes) and LibTorch, as far as the user has not in the
/// environment, which both read when they are loaded. Before the first of the next.
void SetUpLearning(int threads);

/// FindInLibrary(path, "learning", function), set up. kUnsupported, too, where the library is of
/// another version: structs of ours go across.
StatusOr<void*> FindInLearning(const std::string& path, const char* function, int threads);

/// The methods that run on LibTorch; for OpenLearnedMethods of method_choice.h.
StatusOr<const MethodRegistry*> LearnedMethodsIn(const std::string& path, int threads);

}  // namespace seafusion::methods

#endif  // SEAFUSION_METHODS_LEARNING_LEARNING_LIBRARY_H_
