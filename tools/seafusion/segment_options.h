// What `seafusion segment` hands to the vision module.
#ifndef SEAFUSION_TOOLS_SEGMENT_OPTIONS_H_
#define SEAFUSION_TOOLS_SEGMENT_OPTIONS_H_

#include <cstdint>
#include <string>
#include <vector>

#include "named_source.h"

namespace seafusion::tools {

struct SegmentOptions {
  std::vector<NamedSource> pictures;
  std::string model;     ///< ONNX file.
  std::string settings;  ///< JSON; empty: the model's name with .json.
  std::string labels;    ///< Folder of label pictures; empty: segment only.
  std::string output;    ///< Folder to write to; empty: print only.
  bool overlays = false;
  int bootstrap = 1000;  ///< Samples for the intervals; 0: none.
  std::uint64_t seed = 1;
  int threads = 0;
  std::uint64_t max_pixels = 0;
  bool overwrite = false;
  bool json = false;
  bool quiet = false;
  bool progress = false;  ///< Also where stderr is no terminal.
};

}  // namespace seafusion::tools

#endif  // SEAFUSION_TOOLS_SEGMENT_OPTIONS_H_
