// What `seafusion detect` and `seafusion segment` have in common: sets of pictures that a network
// judges.
#ifndef SEAFUSION_TOOLS_OPTIONS_VISION_OPTIONS_H_
#define SEAFUSION_TOOLS_OPTIONS_VISION_OPTIONS_H_

#include <cstdint>
#include <string>
#include <vector>

#include "arguments/named_source.h"

namespace CLI {
class App;
}

namespace seafusion::tools {

struct VisionOptions {
  std::vector<NamedSource> pictures;
  std::vector<std::string> stems;  ///< Names of those that are judged; empty: all.
  std::string model;               ///< ONNX file.
  /// In place of it, one for each of `pictures`, fed in the same way.
  std::vector<std::string> models;
  std::string settings;  ///< JSON; empty: the model's name with .json.
  std::string labels;    ///< Folder of labels; empty: nothing is measured.
  std::string output;    ///< Folder to write to; empty: print only.
  bool overlays = false;
  int bootstrap = 1000;  ///< Samples for the intervals; 0: none.
  std::uint64_t seed = 1;
  int threads = 0;
  std::uint64_t max_pixels = std::uint64_t{1} << 28;
  bool overwrite = false;
  bool json = false;
  bool quiet = false;
  bool progress = false;  ///< Also where stderr is no terminal.
};

/// --pictures; PictureSetsOf reads the texts.
void AddPictureSets(CLI::App& sub, std::vector<std::string>& texts);

/// --bootstrap and --seed.
void AddBootstrapOptions(CLI::App& sub, VisionOptions& options);

/// The group "Run".
void AddVisionRunOptions(CLI::App& sub, VisionOptions& options);

/// What --pictures has taken. Throws CLI::ValidationError for names that cannot name a folder.
std::vector<NamedSource> PictureSetsOf(const std::vector<std::string>& texts);

/// Throws where there is nothing to do, or overlays have no folder to go to.
void CheckOutputs(const VisionOptions& options);

}  // namespace seafusion::tools

#endif  // SEAFUSION_TOOLS_OPTIONS_VISION_OPTIONS_H_
