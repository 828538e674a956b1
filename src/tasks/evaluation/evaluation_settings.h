// What evaluations of networks on pictures have in common.
#ifndef SEAFUSION_TASKS_EVALUATION_EVALUATION_SETTINGS_H_
#define SEAFUSION_TASKS_EVALUATION_EVALUATION_SETTINGS_H_

#include <cstdint>
#include <string>
#include <vector>

#include "align/place/placed_sources.h"
#include "io/sets/picture_sets.h"
#include "metrics/sets/bootstrap.h"

namespace seafusion::tasks {

struct EvaluationSettings {
  std::vector<io::NamedSource> pictures;
  std::vector<std::string> stems;  ///< Names of those that are judged; empty: all.
  std::string model;               ///< ONNX file.
  /// In place of it, one for each of `pictures`, fed in the same way. For segmentation.
  std::vector<std::string> models;
  std::string settings;  ///< JSON; empty: the model's name with .json.
  std::string labels;    ///< Folder of labels; empty: nothing is measured.
  /// Pictures are on this rig's canvas, but those of the sets named below, which are brought there
  /// first; labels lie on the pictures of one camera, and are carried over.
  align::RigChoice rig;
  align::Source labels_of = align::Source::kVisible;
  std::vector<std::string> infrared_sets, visible_sets;
  std::string output;                    ///< Folder to write to; empty: none.
  bool overlays = false;                 ///< Draw the answers into the pictures, in `output`.
  metrics::BootstrapSettings bootstrap;  ///< 0 samples: no intervals.
  int threads = 0;                       ///< Of OpenCV, from then on; 0: as they are.
  std::uint64_t max_pixels = std::uint64_t{1} << 28;
  bool overwrite = false;
};

}  // namespace seafusion::tasks

#endif  // SEAFUSION_TASKS_EVALUATION_EVALUATION_SETTINGS_H_
