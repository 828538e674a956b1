#include "tasks/evaluation/output_folder.h"

#include <cstdint>
#include <system_error>

#include "core/status_macros.h"

namespace seafusion::tasks {

Status OutputFolder::Check() const {
  if (path_.empty()) return OkStatus();
  SEAFUSION_RETURN_IF_ERROR(MakeFolder(path_.string()));
  std::error_code ec;
  if (!overwrite_ && !std::filesystem::is_empty(path_, ec)) {
    return AlreadyExists(path_.string() +
                         " is not empty; --overwrite replaces what has the same names");
  }
  return OkStatus();
}

StatusOr<std::string> OutputFolder::Place(const std::string& name) const {
  const std::filesystem::path path = path_ / name;
  SEAFUSION_RETURN_IF_ERROR(MakeFolder(path.parent_path().string()));
  return path.string();
}

Status OutputFolder::Write(const std::string& name, const std::string& text) const {
  SEAFUSION_ASSIGN_OR_RETURN(const std::string path, Place(name));
  return WriteFileAtomically(
      path, {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()}, if_exists());
}

}  // namespace seafusion::tasks
