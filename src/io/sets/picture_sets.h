// Several sets of pictures of the same scenes.
#ifndef SEAFUSION_IO_SETS_PICTURE_SETS_H_
#define SEAFUSION_IO_SETS_PICTURE_SETS_H_

#include <string>
#include <vector>

#include <seafusion/status.h>

#include "io/pairing/pair_list.h"

namespace seafusion::io {

/// Pictures and what to call them.
struct NamedSource {
  std::string name;
  std::string source;  ///< As for ListPictures.
};

struct PictureSet {
  std::string name;
  std::vector<PictureFile> files;
};

/// All pictures of the sources, or those of the names `stems`, in their order. Fails with
/// kNotFound, naming a picture, unless all sets hold the same names; else as ListPictures.
StatusOr<std::vector<PictureSet>> ListPictureSets(const std::vector<NamedSource>& sources,
                                                  const std::vector<std::string>& stems = {});

}  // namespace seafusion::io

#endif  // SEAFUSION_IO_SETS_PICTURE_SETS_H_
