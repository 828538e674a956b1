#include "io/sets/picture_sets.h"

#include <algorithm>
#include <utility>

#include "core/status_macros.h"
#include "io/sets/picture_groups.h"

namespace seafusion::io {
namespace {

Status CheckSameNames(const PictureSet& first, const PictureSet& other) {
  const std::vector<PictureGroup> groups = GroupByStem({first.files, other.files});
  for (const std::size_t source : {std::size_t{0}, std::size_t{1}}) {
    const std::string& lacking = source == 0 ? other.name : first.name;
    for (const PictureGroup& group : groups) {
      if (group.complete() || group.paths[source].empty()) continue;
      return NotFound(group.paths[source] + ": " + lacking + " has no picture of that name");
    }
  }
  return OkStatus();
}

Status Keep(const std::vector<std::string>& stems, const NamedSource& source,
            std::vector<PictureFile>& files) {
  std::vector<PictureFile> kept;
  for (const std::string& stem : stems) {
    const auto file = std::find_if(files.begin(), files.end(),
                                   [&](const PictureFile& f) { return f.stem == stem; });
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
    SEAFUSION_ASSIGN_OR_RETURN(set.files, ListPictures(source.source));
    if (!stems.empty()) SEAFUSION_RETURN_IF_ERROR(Keep(stems, source, set.files));
    if (!sets.empty()) SEAFUSION_RETURN_IF_ERROR(CheckSameNames(sets.front(), set));
    sets.push_back(std::move(set));
  }
  return sets;
}

}  // namespace seafusion::io
