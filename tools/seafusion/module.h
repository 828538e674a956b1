// Opens the parts of the command that bring large libraries with them.
#ifndef SEAFUSION_TOOLS_MODULE_H_
#define SEAFUSION_TOOLS_MODULE_H_

namespace seafusion::tools {

/// Calls `extern "C" int FUNCTION(const OPTIONS*)` of the shared library `libseafusion_MODULE.so`
/// and returns its exit status. The library is looked for where the installation puts it relative
/// to the executable (../lib/seafusion). Prints an error and returns kExitFailed when the module is
/// not part of this build or cannot be opened.
int RunInModule(const char* module, const char* function, const void* options);

}  // namespace seafusion::tools

#endif  // SEAFUSION_TOOLS_MODULE_H_
