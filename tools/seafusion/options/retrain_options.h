// What `seafusion segment` hands to the learning module, where networks are to be trained first.
#ifndef SEAFUSION_TOOLS_OPTIONS_RETRAIN_OPTIONS_H_
#define SEAFUSION_TOOLS_OPTIONS_RETRAIN_OPTIONS_H_

#include <string>
#include <vector>

#include "arguments/named_source.h"

namespace seafusion::tools {

/// One segmentation network for each set of pictures, all trained by one schedule.
struct RetrainOptions {
  std::vector<NamedSource> pictures;  ///< Empty: nothing is trained.
  std::string labels;                 ///< Folder: one for each picture of a set.
  std::string out;                    ///< Folder: a folder NAME for each set is made in it.
  std::string preset = "small";
  std::string config;
  std::vector<std::string> set;
  int workers = 1;
  int checkpoint_every = 120;
  int threads = 0;
  std::string device = "cpu";
  bool quiet = false;

  /// What training leaves for the set `name`, with its settings beside it.
  std::string NetworkOf(const std::string& name) const {
    return out + "/" + name + "/network.onnx";
  }
};

}  // namespace seafusion::tools

#endif  // SEAFUSION_TOOLS_OPTIONS_RETRAIN_OPTIONS_H_
