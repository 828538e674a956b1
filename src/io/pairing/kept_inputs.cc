#include "io/pairing/kept_inputs.h"

#include <sys/stat.h>

#include <optional>

namespace seafusion::io {
namespace {

std::optional<std::pair<dev_t, ino_t>> IdOf(const std::string& path) {
  struct stat info {};
  if (path.empty() || ::stat(path.c_str(), &info) != 0) return std::nullopt;
  return std::pair(info.st_dev, info.st_ino);
}

}  // namespace

KeptInputs::KeptInputs(const std::vector<PicturePair>& pairs) {
  for (const PicturePair& pair : pairs) {
    Add(pair.infrared);
    Add(pair.visible);
  }
}

void KeptInputs::Add(const std::string& path) {
  if (const auto id = IdOf(path)) files_.insert(*id);
}

Status KeptInputs::Check(const std::string& output) const {
  const auto id = IdOf(output);
  if (!id || !files_.contains(*id)) return OkStatus();
  return InvalidArgument(output + ": is one of the inputs");
}

}  // namespace seafusion::io
