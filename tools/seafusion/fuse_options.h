// What `seafusion fuse` hands to the imaging module.
#ifndef SEAFUSION_TOOLS_FUSE_OPTIONS_H_
#define SEAFUSION_TOOLS_FUSE_OPTIONS_H_

#include <cstdint>
#include <string>

#include <seafusion/fuser.h>

namespace seafusion::tools {

struct FuseOptions {
  std::string infrared;  ///< File, folder or pattern.
  std::string visible;
  std::string output;  ///< File, or folder when there are several pairs.
  std::string model;   ///< Safetensors file; empty: the weights the library ships with.
  std::string format;  ///< Extension without dot for pictures in a folder; empty: png.
  int bits = 8;
  bool gray = false;
  FuseSettings settings;
  Precision precision = Precision::kAuto;
  std::string cpu_target;  ///< Empty: the best.
  int threads = 0;
  int tile = 0;
  std::uint64_t max_pixels = 0;
  bool overwrite = false;
  bool keep_going = false;
  bool json = false;
  bool quiet = false;
  bool progress = false;  ///< Also where stderr is no terminal.
};

}  // namespace seafusion::tools

#endif  // SEAFUSION_TOOLS_FUSE_OPTIONS_H_
