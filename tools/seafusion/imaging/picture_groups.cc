#include "picture_groups.h"

#include <algorithm>
#include <cstddef>
#include <filesystem>
#include <map>
#include <utility>

#include "core/status_macros.h"
#include "io/pair_list.h"

namespace seafusion::tools {
namespace {

struct NaturalOrder {
  bool operator()(const std::string& a, const std::string& b) const {
    if (io::NaturalLess(a, b)) return true;
    return !io::NaturalLess(b, a) && a < b;
  }
};

}  // namespace

std::vector<std::string> PictureGroup::Complaints() const {
  std::vector<std::string> complaints;
  if (complete()) return complaints;
  for (const std::string& path : paths) {
    if (!path.empty()) complaints.push_back(path + ": has no partner in " + missing_in);
  }
  return complaints;
}

StatusOr<std::vector<PictureGroup>> GroupPictures(const std::vector<std::string>& sources) {
  std::map<std::string, PictureGroup, NaturalOrder> by_stem;
  PictureGroup single = {"", {}, ""};
  bool single_files = true;
  for (std::size_t s = 0; s < sources.size(); ++s) {
    SEAFUSION_ASSIGN_OR_RETURN(const std::vector<io::PictureFile> files,
                               io::ListPictures(sources[s]));
    std::error_code ec;
    single_files = single_files && std::filesystem::is_regular_file(sources[s], ec);
    single.stem = files[0].stem;
    single.paths.push_back(files[0].path);
    for (const io::PictureFile& file : files) {
      PictureGroup& group = by_stem[file.stem];
      group.stem = file.stem;
      group.paths.resize(sources.size());
      group.paths[s] = file.path;
    }
  }
  if (single_files) return std::vector<PictureGroup>{single};

  std::vector<PictureGroup> groups;
  for (auto& [stem, group] : by_stem) {
    const auto missing = std::find(group.paths.begin(), group.paths.end(), "");
    if (missing != group.paths.end()) {
      group.missing_in = sources[static_cast<std::size_t>(missing - group.paths.begin())];
    }
    groups.push_back(std::move(group));
  }
  return groups;
}

}  // namespace seafusion::tools
