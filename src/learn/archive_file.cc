#include "learn/archive_file.h"

#include <cstdint>
#include <exception>
#include <span>
#include <sstream>
#include <utility>
#include <vector>

#include "core/files/file.h"
#include "core/files/sha256.h"
#include "core/status_macros.h"
#include "learn/libtorch.h"

namespace seafusion::learn {
namespace {

constexpr std::size_t kDigestChars = 64;
constexpr std::uint64_t kMaxBytes = std::uint64_t{1} << 30;

std::span<const std::uint8_t> AsBytes(std::string_view text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

}  // namespace

Status WriteArchiveFile(const std::string& path, std::string_view format,
                        torch::serialize::OutputArchive& archive) {
  std::ostringstream stream;
  archive.save_to(stream);
  const std::string content = std::move(stream).str();
  const std::string file = std::string(format) + Sha256Hex(AsBytes(content)) + "\n" + content;
  return WriteFileAtomically(path, AsBytes(file), IfExists::kReplace);
}

StatusOr<torch::serialize::InputArchive> ReadArchiveFile(const std::string& path,
                                                         std::string_view format,
                                                         std::string_view what) {
  SEAFUSION_ASSIGN_OR_RETURN(const std::vector<std::uint8_t> bytes, ReadFile(path, kMaxBytes));
  const Status broken = CorruptData(path + ": not a complete " + std::string(what));
  const std::string_view file(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  const std::size_t header = format.size() + kDigestChars + 1;
  if (file.size() < header || !file.starts_with(format)) return broken;
  const std::string_view content = file.substr(header);
  if (file.substr(format.size(), kDigestChars) != Sha256Hex(AsBytes(content))) return broken;
  try {
    torch::serialize::InputArchive archive;
    archive.load_from(content.data(), content.size());
    return archive;
  } catch (const std::exception&) {
    // LibTorch's own text is pages of stack frames.
    return broken;
  }
}

}  // namespace seafusion::learn
