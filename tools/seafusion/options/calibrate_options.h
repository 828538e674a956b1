// What `seafusion calibrate` hands to the imaging module.
#ifndef SEAFUSION_TOOLS_OPTIONS_CALIBRATE_OPTIONS_H_
#define SEAFUSION_TOOLS_OPTIONS_CALIBRATE_OPTIONS_H_

#include <cstdint>
#include <string>

#include <seafusion/fuser.h>

namespace seafusion::tools {

struct CalibrateOptions {
  std::string infrared;  ///< File, folder or pattern.
  std::string visible;
  std::string model;   ///< Safetensors file; empty: the weights the library ships with.
  std::string output;  ///< Safetensors file.
  InfraredRange infrared_range;
  std::uint64_t max_pixels = std::uint64_t{1} << 28;
  bool overwrite = false;
  bool quiet = false;
};

}  // namespace seafusion::tools

#endif  // SEAFUSION_TOOLS_OPTIONS_CALIBRATE_OPTIONS_H_
