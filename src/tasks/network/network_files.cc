#include "tasks/network/network_files.h"

#include <filesystem>

#include "core/files/file.h"
#include "core/status_macros.h"

namespace seafusion::tasks {
namespace {

constexpr std::uint64_t kLargestModel = std::uint64_t{1} << 31;
constexpr std::uint64_t kLargestText = std::uint64_t{1} << 26;

}  // namespace

StatusOr<std::string> ReadSmallText(const std::string& path) {
  SEAFUSION_ASSIGN_OR_RETURN(const std::vector<std::uint8_t> bytes, ReadFile(path, kLargestText));
  return std::string(bytes.begin(), bytes.end());
}

StatusOr<std::string> ReadSettingsText(const std::string& settings, const std::string& model,
                                       std::string& path) {
  path = settings.empty() ? std::filesystem::path(model).replace_extension(".json").string()
                          : settings;
  auto text = ReadSmallText(path);
  if (!text.ok() && settings.empty() && text.status().code() == StatusCode::kNotFound) {
    return NotFound(model + ": there is no " + path +
                    " that says how to feed it; --settings names another file");
  }
  return text;
}

StatusOr<std::vector<std::uint8_t>> ReadNetwork(const std::string& path) {
  return ReadFile(path, kLargestModel);
}

}  // namespace seafusion::tasks
