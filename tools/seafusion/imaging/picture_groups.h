// Which pictures of several sources belong together.
#ifndef SEAFUSION_TOOLS_IMAGING_PICTURE_GROUPS_H_
#define SEAFUSION_TOOLS_IMAGING_PICTURE_GROUPS_H_

#include <string>
#include <vector>

#include <seafusion/status.h>

namespace seafusion::tools {

struct PictureGroup {
  std::string stem;
  std::vector<std::string> paths;  ///< One for each source; empty: that source has none.
  std::string missing_in;          ///< The first source without this picture; empty: none.

  bool complete() const { return missing_in.empty(); }
  /// "FILE: has no partner in SOURCE" for each file of an incomplete group.
  std::vector<std::string> Complaints() const;
};

/// Pictures with one stem belong together; in natural order of their stems. Where every source is a
/// single file, these are one group whatever their names, with the last one's stem. Errors: those
/// of io::ListPictures.
StatusOr<std::vector<PictureGroup>> GroupPictures(const std::vector<std::string>& sources);

}  // namespace seafusion::tools

#endif  // SEAFUSION_TOOLS_IMAGING_PICTURE_GROUPS_H_
