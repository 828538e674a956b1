// How far the fused luma of a precision is from that of 32-bit floats, picture by picture.
#ifndef SEAFUSION_BATCH_PRECISION_ACCURACY_H_
#define SEAFUSION_BATCH_PRECISION_ACCURACY_H_

#include <cstdint>
#include <string>
#include <vector>

#include <seafusion/fuser.h>
#include <seafusion/status.h>

#include "core/run_monitor.h"

namespace seafusion::batch {

struct AccuracySettings {
  std::string infrared;  ///< File, folder or pattern.
  std::string visible;
  std::string model;  ///< Safetensors file; empty: the weights the library ships with.
  Precision precision = Precision::kAuto;  ///< What is compared with kFp32.
  std::string cpu_target;                  ///< As FuserOptions.
  int threads = 0;
  std::uint64_t max_pixels = std::uint64_t{1} << 28;
};

struct PictureAccuracy {
  std::string picture;
  double psnr = 0;      ///< dB, of the luma before it is rounded; infinite when equal.
  double most = 0;      ///< In levels of 8 bits, before rounding.
  int most_levels = 0;  ///< After rounding to 8 bits.
  double unequal = 0;   ///< Share of the pixels, after rounding.
};

struct AccuracyReport {
  std::string engine;  ///< Of the precision.
  std::vector<PictureAccuracy> pictures;
};

/// Errors: those of io::ListPairs, LoadFuser, io::ReadImage and Fuser::Fuse; kCancelled.
StatusOr<AccuracyReport> MeasureAccuracy(const AccuracySettings& settings,
                                         const RunMonitor& monitor);

/// A line for each picture and one for the worst of each figure.
std::string TableText(const AccuracyReport& report);
/// A JSON object with a final newline.
std::string JsonText(const AccuracyReport& report);

}  // namespace seafusion::batch

#endif  // SEAFUSION_BATCH_PRECISION_ACCURACY_H_
