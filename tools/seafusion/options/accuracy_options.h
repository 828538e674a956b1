// What `seafusion bench --ir --vis` hands to the imaging module.
#ifndef SEAFUSION_TOOLS_OPTIONS_ACCURACY_OPTIONS_H_
#define SEAFUSION_TOOLS_OPTIONS_ACCURACY_OPTIONS_H_

#include <cstdint>
#include <string>

namespace seafusion::tools {

struct AccuracyOptions {
  std::string infrared;  ///< File, folder or pattern.
  std::string visible;
  std::string precision;  ///< As in kPrecisions: what is compared with fp32.
  std::string cpu_target;
  std::string model;  ///< Safetensors file; empty: the weights the library ships with.
  int threads = 0;
  std::uint64_t max_pixels = std::uint64_t{1} << 28;
  bool json = false;
};

}  // namespace seafusion::tools

#endif  // SEAFUSION_TOOLS_OPTIONS_ACCURACY_OPTIONS_H_
