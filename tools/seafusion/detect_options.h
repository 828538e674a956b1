// What `seafusion detect` hands to the vision module.
#ifndef SEAFUSION_TOOLS_DETECT_OPTIONS_H_
#define SEAFUSION_TOOLS_DETECT_OPTIONS_H_

#include <cstdint>
#include <string>
#include <vector>

#include "named_source.h"

namespace seafusion::tools {

struct DetectOptions {
  std::vector<NamedSource> pictures;
  std::string model;        ///< ONNX file; empty: none, `predictions` is given.
  std::string settings;     ///< JSON; empty: the model's name with .json.
  std::string predictions;  ///< Folder of predictions to evaluate instead of running a network.
  std::string labels;       ///< Folder of label files; empty: detect only.
  std::string output;       ///< Folder to write to; empty: print only.
  double confidence = 0.001;
  double iou = 0.6;
  int most = 300;
  bool voc = false;          ///< VOC's rule instead of COCO's.
  double shown_score = 0.4;  ///< Overlays show boxes from this score on.
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

#endif  // SEAFUSION_TOOLS_DETECT_OPTIONS_H_
