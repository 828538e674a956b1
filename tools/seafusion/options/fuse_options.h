// What `seafusion fuse` hands to the imaging module.
#ifndef SEAFUSION_TOOLS_OPTIONS_FUSE_OPTIONS_H_
#define SEAFUSION_TOOLS_OPTIONS_FUSE_OPTIONS_H_

#include <cstdint>
#include <string>

#include <seafusion/fuser.h>

#include "arguments/shard.h"
#include "stream/stream_settings.h"

namespace seafusion::tools {

struct FuseOptions {
  std::string infrared;  ///< File, folder or pattern.
  std::string visible;
  std::string output;                ///< File, or folder when there are several pairs.
  std::string method = "seafusion";  ///< A name out of methods::BuiltInMethods().
  std::string model;   ///< Safetensors file; empty: the weights the library ships with, if any.
  std::string format;  ///< Extension without dot for pictures in a folder; empty: png.
  int bits = 8;
  bool gray = false;
  FuseSettings settings;
  Shard shard;  ///< Of the pairs.
  /// For videos, cameras and numbered pictures; what is above is put into it before it is used.
  stream::StreamSettings stream;
  Precision precision = Precision::kAuto;
  std::string cpu_target;  ///< Empty: the best.
  int threads = 0;
  int tile = 0;
  std::uint64_t max_pixels = 0;
  bool overwrite = false;
  bool skip_existing = false;
  bool keep_going = false;
  bool json = false;
  bool quiet = false;
  bool trace = false;     ///< Say on stderr what a method that iterates does.
  bool progress = false;  ///< Also where stderr is no terminal.
};

}  // namespace seafusion::tools

#endif  // SEAFUSION_TOOLS_OPTIONS_FUSE_OPTIONS_H_
