#include "run_folder.h"

#include <cstdint>
#include <fstream>
#include <span>
#include <system_error>
#include <vector>

#include "core/file.h"
#include "core/status_macros.h"

namespace seafusion::tools {

namespace fs = std::filesystem;

Status RunFolder::CheckResume(bool resume) const {
  std::error_code ec;
  const bool exists = fs::exists(checkpoint(), ec);
  if (exists && !resume) {
    return AlreadyExists(root_.string() + ": holds a run already; --resume continues it");
  }
  if (!exists && resume) return NotFound(checkpoint() + ": no checkpoint to resume");
  return OkStatus();
}

Status RunFolder::Create(std::string_view subfolder) const {
  std::error_code ec;
  fs::create_directories(root_ / subfolder, ec);
  if (ec) return IoError((root_ / subfolder).string() + ": cannot create: " + ec.message());
  return OkStatus();
}

Status RunFolder::WriteText(std::string_view file, const std::string& text) const {
  const auto* bytes = reinterpret_cast<const std::uint8_t*>(text.data());
  return WriteFileAtomically(path(file), {bytes, text.size()}, IfExists::kReplace);
}

Status RunFolder::WriteWeights(std::string_view file, const model::TensorArchive& archive) const {
  SEAFUSION_ASSIGN_OR_RETURN(const std::vector<std::uint8_t> bytes,
                             model::SerializeSafetensors(archive));
  return WriteFileAtomically(path(file), bytes, IfExists::kReplace);
}

Status RunFolder::TrimCsv(std::string_view file, const std::string& header,
                          const std::function<bool(const std::string&)>& keep) const {
  std::ifstream in(path(file));
  std::string kept = header + "\n", line;
  std::getline(in, line);
  while (std::getline(in, line)) {
    if (keep(line)) kept += line + "\n";
  }
  return WriteText(file, kept);
}

}  // namespace seafusion::tools
