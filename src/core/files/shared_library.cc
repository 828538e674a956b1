#include "core/files/shared_library.h"

#include <dlfcn.h>

#include <filesystem>
#include <system_error>

namespace seafusion {

StatusOr<void*> FindInLibrary(const std::string& path, const std::string& module,
                              const char* function) {
  std::error_code ec;
  if (!std::filesystem::exists(path, ec)) {
    return Unsupported("this installation has no " + module + " module (" + path + " is missing)");
  }
  void* handle = ::dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (handle == nullptr) {
    return Unsupported("cannot open the " + module + " module: " + ::dlerror());
  }
  void* address = ::dlsym(handle, function);
  if (address == nullptr) {
    return Unsupported(path + " does not belong to this version");
  }
  return address;
}

}  // namespace seafusion
