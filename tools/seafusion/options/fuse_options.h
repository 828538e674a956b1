// What `seafusion fuse` hands to the imaging module.
#ifndef SEAFUSION_TOOLS_OPTIONS_FUSE_OPTIONS_H_
#define SEAFUSION_TOOLS_OPTIONS_FUSE_OPTIONS_H_

#include <cstdint>
#include <string>

#include <seafusion/fuser.h>

#include "arguments/shard.h"
#include "io/stream/frame_sync.h"

namespace seafusion::tools {

/// For videos, cameras and numbered pictures.
struct StreamOptions {
  double fps = 25;  ///< Of pictures that become a stream.
  io::SyncOptions sync;
  bool eof_action_given = false;  ///< Then it holds for streams that fail, too.
  double range_smoothing = 1;     ///< Seconds.
  double live_timeout = 5;        ///< Seconds.
  std::uint64_t max_frames = 0;   ///< 0: no limit.
  std::string codec;              ///< FFmpeg's name; empty: by the extension.
  std::string pixel_format;       ///< FFmpeg's name; empty: YUV4MPEG on standard output.
  bool preview = false;
};

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
  StreamOptions stream;
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
