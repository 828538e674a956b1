// Prepares weights for 16-bit integers: measures on pictures how large the network's numbers
// become.
#ifndef SEAFUSION_BATCH_PRECISION_CALIBRATE_H_
#define SEAFUSION_BATCH_PRECISION_CALIBRATE_H_

#include <cstddef>
#include <cstdint>
#include <string>

#include <seafusion/fuser.h>
#include <seafusion/status.h>

#include "core/run_monitor.h"

namespace seafusion::batch {

struct CalibrateSettings {
  std::string infrared;  ///< File, folder or pattern.
  std::string visible;
  std::string model;   ///< Safetensors file; empty: the weights the library ships with.
  std::string output;  ///< Safetensors file.
  InfraredRange infrared_range;
  std::uint64_t max_pixels = std::uint64_t{1} << 28;
  bool overwrite = false;
};

/// Writes the weights with what was measured, and returns the number of pairs. Errors: those of
/// io::ListPairs, io::ReadImage and Calibration; kInvalidArgument (a picture without a partner),
/// kAlreadyExists, kIoError, kCancelled; nothing is written then.
StatusOr<std::size_t> CalibrateWeights(const CalibrateSettings& settings,
                                       const RunMonitor& monitor);

}  // namespace seafusion::batch

#endif  // SEAFUSION_BATCH_PRECISION_CALIBRATE_H_
