// What `seafusion synth` hands to the imaging module.
#ifndef SEAFUSION_TOOLS_OPTIONS_SYNTH_OPTIONS_H_
#define SEAFUSION_TOOLS_OPTIONS_SYNTH_OPTIONS_H_

#include <cstdint>
#include <string>

namespace seafusion::tools {

struct SynthOptions {
  std::string out;
  std::uint64_t count = 10;
  std::uint64_t seed = 1;
  std::string size = "640x480";
  int width = 640;
  int height = 480;
  double night = 0.5;  ///< Share of night scenes.
  std::string split = "train";
  int threads = 0;
  bool overwrite = false;
  bool json = false;
  bool quiet = false;
};

}  // namespace seafusion::tools

#endif  // SEAFUSION_TOOLS_OPTIONS_SYNTH_OPTIONS_H_
