// Parts of the program that bring large libraries with them, opened when they are needed.
#ifndef SEAFUSION_CORE_FILES_SHARED_LIBRARY_H_
#define SEAFUSION_CORE_FILES_SHARED_LIBRARY_H_

#include <string>

#include <seafusion/status.h>

namespace seafusion {

/// The address of `extern "C" FUNCTION` in the shared library `path`, which is never closed:
/// libraries behind it may have threads and exit handlers. `module` is its name in messages. Fails
/// with kUnsupported when it is missing, cannot be opened or lacks the function. Thread-safe.
StatusOr<void*> FindInLibrary(const std::string& path, const std::string& module,
                              const char* function);

}  // namespace seafusion

#endif  // SEAFUSION_CORE_FILES_SHARED_LIBRARY_H_
