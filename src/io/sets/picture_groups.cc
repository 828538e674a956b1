#include "io/sets/picture_groups.h"

#include <algorithm>
#include <filesystem>
#include <map>
#include <set>
#include <utility>

#include "core/status_macros.h"
#include "io/pairing/pair_list.h"
#include "io/pairing/stem_key.h"

namespace seafusion::io {
namespace {

struct NaturalOrder {
  bool operator()(const std::string& a, const std::string& b) const { return NaturalLess(a, b); }
};

// Gives pictures that belong together one stem: that of the pair.
void TakePairs(const PairList& list, std::vector<std::vector<PictureFile>>& files) {
  std::vector<PictureFile> infrared, visible;
  std::set<std::string> stems, paired;
  std::map<std::string, std::string> by_key;
  for (const PicturePair& pair : list.pairs) {
    const std::string stem =
        pair.output.empty() ? pair.stem : std::filesystem::path(pair.output).stem().string();
    infrared.push_back({stem, pair.infrared});
    visible.push_back({stem, pair.visible});
    paired.insert(pair.infrared);
    paired.insert(pair.visible);
    stems.insert(stem);
    by_key.emplace(StemKey(stem), stem);
  }
  for (const auto& [from, to] : {std::pair{&files[0], &infrared}, {&files[1], &visible}}) {
    for (PictureFile& file : *from) {
      if (!paired.contains(file.path)) to->push_back(std::move(file));
    }
  }
  files[0] = std::move(infrared);
  files[1] = std::move(visible);
  for (std::size_t s = 2; s < files.size(); ++s) {
    for (PictureFile& file : files[s]) {
      if (stems.contains(file.stem)) continue;
      const auto it = by_key.find(StemKey(file.stem));
      if (it != by_key.end()) file.stem = it->second;
    }
  }
}

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

std::vector<std::string> NamesOf(std::vector<std::string> sources, const PairOptions& options) {
  if (!options.table.empty()) {
    sources[0] = "the first column of " + options.table;
    sources[1] = "the second column of " + options.table;
  }
  return sources;
}

StatusOr<PictureGroups> GroupPictures(const std::vector<std::string>& sources,
                                      const PairOptions& options) {
  PictureGroups result;
  std::vector<std::vector<PictureFile>> files;
  PictureGroup single;
  bool single_files = true;
  for (std::size_t s = 0; s < sources.size(); ++s) {
    if (s < 2 && !options.table.empty()) {
      files.emplace_back();
      single_files = false;
      continue;
    }
    SEAFUSION_ASSIGN_OR_RETURN(std::vector<PictureFile> pictures, ListPictures(sources[s]));
    std::error_code ec;
    single_files = single_files && std::filesystem::is_regular_file(sources[s], ec);
    single.stem = pictures[0].stem;
    single.paths.push_back(pictures[0].path);
    files.push_back(std::move(pictures));
  }
  if (single_files) {
    result.groups.push_back(std::move(single));
    return result;
  }
  StatusOr<PairList> list = ListPairs(sources[0], sources[1], options);
  if (!list.ok() && list.status().code() != StatusCode::kNotFound) return list.status();
  if (list.ok()) {
    result.rule = std::move(list->rule);
    TakePairs(*list, files);
  } else if (!options.table.empty() || options.by_time) {
    return list.status();
  }
  result.groups = GroupByStem(files);
  return result;
}

}  // namespace seafusion::io
