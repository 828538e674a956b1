#include "tasks/evaluation/output_folder.h"

#include <cstdint>
#include <system_error>

#include "core/status_macros.h"

namespace seafusion::tasks {
namespace {

namespace fs = std::filesystem;

Status Make(const fs::path& folder) {
  std::error_code ec;
  fs::create_directories(folder, ec);
  if (ec) return IoError(folder.string() + ": cannot make this folder: " + ec.message());
  return OkStatus();
}

}  // namespace

Status OutputFolder::Check() const {
  if (path_.empty()) return OkStatus();
  SEAFUSION_RETURN_IF_ERROR(Make(path_));
  std::error_code ec;
  if (!overwrite_ && !fs::is_empty(path_, ec)) {
    return AlreadyExists(path_.string() +
                         " is not empty; --overwrite replaces what has the same names");
  }
  return OkStatus();
}

StatusOr<std::string> OutputFolder::Place(const std::string& name) const {
  const fs::path path = path_ / name;
  SEAFUSION_RETURN_IF_ERROR(Make(path.parent_path()));
  return path.string();
}

Status OutputFolder::Write(const std::string& name, const std::string& text) const {
  SEAFUSION_ASSIGN_OR_RETURN(const std::string path, Place(name));
  return WriteFileAtomically(
      path, {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()}, if_exists());
}

}  // namespace seafusion::tasks
