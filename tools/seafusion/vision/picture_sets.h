// Several sets of pictures of the same scenes.
#ifndef SEAFUSION_TOOLS_VISION_PICTURE_SETS_H_
#define SEAFUSION_TOOLS_VISION_PICTURE_SETS_H_

#include <cstdint>
#include <string>
#include <vector>

#include <seafusion/status.h>

#include "arguments/named_source.h"
#include "io/pair_list.h"

namespace seafusion::tools {

struct PictureSet {
  std::string name;
  std::vector<io::PictureFile> files;
};

/// All pictures of the sources, or those of the names `stems`. Fails with kNotFound, naming a
/// picture, unless all sets hold the same names; else as io::ListPictures.
StatusOr<std::vector<PictureSet>> ListPictureSets(const std::vector<NamedSource>& sources,
                                                  const std::vector<std::string>& stems = {});

/// Text of a file beside a network. Fails as ReadFile.
StatusOr<std::string> ReadSmallText(const std::string& path);

/// The text of `settings`, or where that is empty of the JSON file beside `model`; `path` becomes
/// its name. Fails with kNotFound saying what is missing.
StatusOr<std::string> ReadSettingsText(const std::string& settings, const std::string& model,
                                       std::string& path);

/// The bytes of an ONNX file. Fails as ReadFile.
StatusOr<std::vector<std::uint8_t>> ReadNetwork(const std::string& path);

}  // namespace seafusion::tools

#endif  // SEAFUSION_TOOLS_VISION_PICTURE_SETS_H_
