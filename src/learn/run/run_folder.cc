#include "learn/run/run_folder.h"

#include <fstream>
#include <span>
#include <sstream>
#include <system_error>
#include <vector>

#include "core/status_macros.h"

namespace seafusion::learn {

namespace fs = std::filesystem;

Status RunFolder::CheckResume(bool resume) const {
  if (HoldsRun() && !resume) {
    return AlreadyExists(root_.string() + ": holds a run already; --resume continues it");
  }
  if (!HoldsRun() && resume) return NotFound(checkpoint() + ": no checkpoint to resume");
  return OkStatus();
}

bool RunFolder::Has(std::string_view file) const {
  std::error_code ec;
  return fs::exists(path(file), ec);
}

Status RunFolder::Create(std::string_view subfolder) const {
  return MakeFolder((root_ / subfolder).string());
}

StatusOr<std::string> RunFolder::ReadText(std::string_view file) const {
  constexpr std::uint64_t kMaxTextBytes = 1 << 20;
  SEAFUSION_ASSIGN_OR_RETURN(const auto bytes, ReadFile(path(file), kMaxTextBytes));
  return std::string(bytes.begin(), bytes.end());
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

Status RunFolder::BeginWith(std::string_view file, const std::string& text,
                            const std::string& otherwise) const {
  if (!Has(file)) {
    SEAFUSION_RETURN_IF_ERROR(Create());
    return WriteText(file, text);
  }
  SEAFUSION_ASSIGN_OR_RETURN(const std::string there, ReadText(file));
  if (there == text) return OkStatus();
  return InvalidArgument(path(file) + ": was begun with " + otherwise);
}

RunPosition PositionOf(const std::string& line) {
  RunPosition at;
  char comma = 0;
  std::istringstream(line) >> at.stage >> comma >> at.step;
  return at;
}

StatusOr<RunTable> RunTable::Open(const RunFolder& folder, std::string_view file,
                                  const std::string& header,
                                  const std::function<bool(const std::string& line)>& keep) {
  std::string kept = header + "\n";
  {
    std::ifstream in(folder.path(file));
    std::string line;
    std::getline(in, line);
    while (std::getline(in, line) && !in.eof()) {
      if (keep(line)) kept += line + "\n";
    }
  }
  SEAFUSION_RETURN_IF_ERROR(folder.WriteText(file, kept));
  SEAFUSION_ASSIGN_OR_RETURN(AppendedFile appended, AppendedFile::Open(folder.path(file)));
  return RunTable(std::move(appended));
}

Status RunTable::Add(const std::string& line) {
  return file_.Append(line + "\n");
}

}  // namespace seafusion::learn
