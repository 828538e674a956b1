#include "io/picture_groups.h"

#include <algorithm>
#include <filesystem>
#include <map>
#include <utility>

#include "core/status_macros.h"
#include "io/pair_list.h"

namespace seafusion::io {
namespace {

struct NaturalOrder {
  bool operator()(const std::string& a, const std::string& b) const { return NaturalLess(a, b); }
};

}  // namespace

std::vector<std::string> PictureGroup::Complaints(const std::vector<std::string>& sources) const {
  std::vector<std::string> complaints;
  if (complete()) return complaints;
  for (const std::string& path : paths) {
    if (!path.empty()) complaints.push_back(path + ": has no partner in " + sources[*missing]);
  }
  return complaints;
}

std::vector<PictureGroup> GroupByStem(const std::vector<std::vector<PictureFile>>& sources) {
  std::map<std::string, PictureGroup, NaturalOrder> by_stem;
  for (std::size_t s = 0; s < sources.size(); ++s) {
    for (const PictureFile& file : sources[s]) {
      PictureGroup& group = by_stem[file.stem];
      group.stem = file.stem;
      group.paths.resize(sources.size());
      group.paths[s] = file.path;
    }
  }
  std::vector<PictureGroup> groups;
  for (auto& [stem, group] : by_stem) {
    const auto missing = std::find(group.paths.begin(), group.paths.end(), "");
    if (missing != group.paths.end()) {
      group.missing = static_cast<std::size_t>(missing - group.paths.begin());
    }
    groups.push_back(std::move(group));
  }
  return groups;
}

StatusOr<std::vector<PictureGroup>> GroupPictures(const std::vector<std::string>& sources) {
  std::vector<std::vector<PictureFile>> files;
  PictureGroup single;
  bool single_files = true;
  for (const std::string& source : sources) {
    SEAFUSION_ASSIGN_OR_RETURN(std::vector<PictureFile> pictures, ListPictures(source));
    std::error_code ec;
    single_files = single_files && std::filesystem::is_regular_file(source, ec);
    single.stem = pictures[0].stem;
    single.paths.push_back(pictures[0].path);
    files.push_back(std::move(pictures));
  }
  if (single_files) return std::vector<PictureGroup>{single};
  return GroupByStem(files);
}

}  // namespace seafusion::io
