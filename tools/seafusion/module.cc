#include "module.h"

#include <cstdio>
#include <filesystem>

#include "command_status.h"
#include "core/files/shared_library.h"

namespace seafusion::tools {
namespace {

namespace fs = std::filesystem;

fs::path Beside(const std::string& relative) {
  std::error_code ec;
  const fs::path executable = fs::read_symlink("/proc/self/exe", ec);
  return (executable.parent_path() / relative).lexically_normal();
}

fs::path PathOf(const std::string& module) {
  return Beside(SEAFUSION_MODULE_DIR) / ("libseafusion_" + module + ".so");
}

}  // namespace

bool HasModule(const char* module) {
  std::error_code ec;
  return fs::exists(PathOf(module), ec);
}

std::string PathOfModule(const char* module) {
  return PathOf(module).string();
}

StatusOr<void*> FindInModule(const char* module, const char* function) {
  return FindInLibrary(PathOfModule(module), module, function);
}

int RunInModule(const char* module, const char* function, const void* options) {
  const StatusOr<void*> address = FindInModule(module, function);
  if (!address.ok()) {
    std::fprintf(stderr, "seafusion: %s\n", address.status().message().c_str());
    return kExitFailed;
  }
  using RunFunction = int (*)(const void*);
  return reinterpret_cast<RunFunction>(*address)(options);
}

std::string FindInstalledFile(const std::string& name) {
  const fs::path path = Beside(SEAFUSION_DATA_DIR) / name;
  std::error_code ec;
  return fs::is_regular_file(path, ec) ? path.string() : std::string();
}

}  // namespace seafusion::tools
