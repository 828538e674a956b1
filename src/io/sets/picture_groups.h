// Which pictures of several sources belong together.
#ifndef SEAFUSION_IO_SETS_PICTURE_GROUPS_H_
#define SEAFUSION_IO_SETS_PICTURE_GROUPS_H_

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include <seafusion/status.h>

#include "io/pairing/pair_list.h"

namespace seafusion::io {

struct PictureGroup {
  std::string stem;
  std::vector<std::string> paths;      ///< One for each source; empty: that source has none.
  std::optional<std::size_t> missing;  ///< The first source without this picture; none: complete.

  bool complete() const { return !missing; }
  /// "FILE: has no partner in SOURCE" for each file of an incomplete group of these sources.
  std::vector<std::string> Complaints(const std::vector<std::string>& sources) const;
};

/// Pictures with one stem belong together; in natural order of their stems.
std::vector<PictureGroup> GroupByStem(const std::vector<std::vector<PictureFile>>& sources);

struct PictureGroups {
  std::vector<PictureGroup> groups;
  std::string rule;  ///< As PairList::rule.
};

/// The pictures that the sources name (as for ListPictures): infrared, visible, and what was made
/// of them. The first two are paired as ListPairs does it; the others have the names of the visible
/// ones, or of the table's outputs. Where every source is a single file, these are one group
/// whatever their names, with the last one's stem. Errors: those of ListPictures and ListPairs, but
/// pictures that belong to none.
StatusOr<PictureGroups> GroupPictures(const std::vector<std::string>& sources,
                                      const PairOptions& options = {});

/// The sources as messages name them: where a table stands for the first two, its columns.
std::vector<std::string> NamesOf(std::vector<std::string> sources, const PairOptions& options);

}  // namespace seafusion::io

#endif  // SEAFUSION_IO_SETS_PICTURE_GROUPS_H_
