// What `seafusion pack` hands to the learning module.
#ifndef SEAFUSION_TOOLS_OPTIONS_PACK_OPTIONS_H_
#define SEAFUSION_TOOLS_OPTIONS_PACK_OPTIONS_H_

#include <string>

namespace seafusion::tools {

struct PackOptions {
  std::string data;
  std::string split = "train";
  std::string output;
  int classes = 9;
  int threads = 0;
  bool overwrite = false;
  bool json = false;
  bool quiet = false;
};

}  // namespace seafusion::tools

#endif  // SEAFUSION_TOOLS_OPTIONS_PACK_OPTIONS_H_
