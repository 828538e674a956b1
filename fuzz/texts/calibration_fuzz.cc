// Calibrations of OpenCV, ROS and Kalibr: whatever the text, the importer returns, and two cameras
// that it gives make a rig or are refused.
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "align/calibrate/import_calibration.h"
#include "align/rig/rig_file.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace seafusion::align;
  const auto imported = ParseCalibration({reinterpret_cast<const char*>(data), size});
  if (!imported.ok()) return 0;
  if (imported->cameras.size() > 2 || (imported->cameras.empty() && !imported->second_from_first)) {
    std::abort();
  }
  if (imported->cameras.empty()) return 0;
  const auto rig = RigFromCalibration(imported->cameras.front(), imported->cameras.back(),
                                      imported->second_from_first.value_or(Extrinsics{}), 0);
  if (rig.ok() && !ParseRig(RigText(*rig)).ok()) std::abort();
  return 0;
}
