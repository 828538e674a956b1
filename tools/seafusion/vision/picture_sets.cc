#include "vision/picture_sets.h"

#include <algorithm>
#include <filesystem>
#include <utility>

#include "core/file.h"
#include "core/status_macros.h"

namespace seafusion::tools {
namespace {

constexpr std::uint64_t kLargestModel = std::uint64_t{1} << 31;
constexpr std::uint64_t kLargestText = std::uint64_t{1} << 26;

Status CheckSameNames(const PictureSet& first, const PictureSet& other) {
  const auto lacks = [](const PictureSet& all, const PictureSet& some) -> std::string {
    for (const io::PictureFile& file : all.files) {
      const auto same = [&](const io::PictureFile& f) { return f.stem == file.stem; };
      if (std::none_of(some.files.begin(), some.files.end(), same)) return file.path;
    }
    return "";
  };
  for (const auto& [all, some] : {std::pair(&first, &other), std::pair(&other, &first)}) {
    const std::string path = lacks(*all, *some);
    if (!path.empty()) return NotFound(path + ": " + some->name + " has no picture of that name");
  }
  return OkStatus();
}

Status Keep(const std::vector<std::string>& stems, const NamedSource& source,
            std::vector<io::PictureFile>& files) {
  std::vector<io::PictureFile> kept;
  for (const std::string& stem : stems) {
    const auto file = std::find_if(files.begin(), files.end(),
                                   [&](const io::PictureFile& f) { return f.stem == stem; });
    if (file == files.end()) return NotFound(source.source + ": has no picture called " + stem);
    kept.push_back(*file);
  }
  files = std::move(kept);
  return OkStatus();
}

}  // namespace

StatusOr<std::vector<PictureSet>> ListPictureSets(const std::vector<NamedSource>& sources,
                                                  const std::vector<std::string>& stems) {
  std::vector<PictureSet> sets;
  for (const NamedSource& source : sources) {
    PictureSet set{.name = source.name, .files = {}};
    SEAFUSION_ASSIGN_OR_RETURN(set.files, io::ListPictures(source.source));
    if (!stems.empty()) SEAFUSION_RETURN_IF_ERROR(Keep(stems, source, set.files));
    if (!sets.empty()) SEAFUSION_RETURN_IF_ERROR(CheckSameNames(sets.front(), set));
    sets.push_back(std::move(set));
  }
  return sets;
}

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

}  // namespace seafusion::tools
