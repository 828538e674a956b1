#include "module.h"

#include <dlfcn.h>

#include <cstdio>
#include <filesystem>
#include <string>

#include "command.h"

namespace seafusion::tools {

int RunInModule(const char* module, const char* function, const void* options) {
  namespace fs = std::filesystem;
  std::error_code ec;
  const fs::path executable = fs::read_symlink("/proc/self/exe", ec);
  const fs::path path = (executable.parent_path() / SEAFUSION_MODULE_DIR /
                         ("libseafusion_" + std::string(module) + ".so"))
                            .lexically_normal();
  if (!fs::exists(path, ec)) {
    std::fprintf(stderr, "seafusion: this installation has no %s module (%s is missing)\n", module,
                 path.c_str());
    return kExitFailed;
  }
  void* handle = ::dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (handle == nullptr) {
    std::fprintf(stderr, "seafusion: cannot open the %s module: %s\n", module, ::dlerror());
    return kExitFailed;
  }
  using RunFunction = int (*)(const void*);
  const auto run = reinterpret_cast<RunFunction>(::dlsym(handle, function));
  if (run == nullptr) {
    std::fprintf(stderr, "seafusion: %s does not belong to this version of the command\n",
                 path.c_str());
    return kExitFailed;
  }
  return run(options);  // never closed: libraries in it may have threads and exit handlers
}

}  // namespace seafusion::tools
