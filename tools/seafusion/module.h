// Opens the parts of the command that bring large libraries with them.
#ifndef SEAFUSION_TOOLS_MODULE_H_
#define SEAFUSION_TOOLS_MODULE_H_

#include <string>

#include <seafusion/status.h>

namespace seafusion::tools {

/// The address of `extern "C" FUNCTION` in the shared library `libseafusion_MODULE.so`, which is
/// looked for where the installation puts it relative to the executable (../lib/seafusion) and
/// never closed: libraries in it may have threads and exit handlers. Fails with kUnsupported when
/// the module is not part of this installation or cannot be opened.
StatusOr<void*> FindInModule(const char* module, const char* function);

/// Where the module's library is, or would be.
std::string PathOfModule(const char* module);

/// Whether this installation has the module's library.
bool HasModule(const char* module);

/// Calls `extern "C" int FUNCTION(const OPTIONS*)` and returns its exit status. Prints an error and
/// returns kExitFailed when there is none.
int RunInModule(const char* module, const char* function, const void* options);

/// A file that the installation came with ("methods/ganmcc.safetensors"); empty: it
/// does not.
std::string FindInstalledFile(const std::string& name);

}  // namespace seafusion::tools

#endif  // SEAFUSION_TOOLS_MODULE_H_
