// Fuses the pictures of folders, pair after pair.
#ifndef SEAFUSION_BATCH_FUSE_FUSE_RUN_H_
#define SEAFUSION_BATCH_FUSE_FUSE_RUN_H_

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include <seafusion/fuser.h>

#include "align/place/placed_sources.h"
#include "batch/fuse/fuse_report.h"
#include "batch/shard.h"
#include "core/run_monitor.h"
#include "io/measure_files.h"
#include "io/pairing/pair_list.h"
#include "methods/method_choice.h"

namespace seafusion::batch {

struct FuseRunSettings {
  std::string infrared;  ///< File, folder or pattern.
  std::string visible;
  std::string output;  ///< File, or folder when there are several pairs.
  methods::MethodChoice method;
  std::string format;  ///< Extension without dot for pictures in a folder; empty: png.
  int bits = 8;        ///< 8 or 16.
  bool gray = false;   ///< The fused luma alone.
  FuseSettings fuse;
  /// Degrees Celsius that become black and white, in place of fuse.infrared_range's numbers: of
  /// counts with a calibration, and of floats, which count as degrees.
  struct Celsius {
    double lo = 0, hi = 1;
  };
  std::optional<Celsius> celsius;
  /// One range for all pictures, from the lowest to the highest that fuse.infrared_range finds in
  /// any: every infrared picture is read once more before the first is fused.
  bool folder_range = false;
  /// By which the pictures are brought onto each other first; its file may be align::kAutoRig:
  /// found from them before the first is fused. Without one the pictures of a pair must have the
  /// same size, unless they come out of one file that says how they lie.
  align::RigChoice rig;
  /// Without one: say where a look at some pairs shows that they do not lie on each other.
  bool check = true;
  Shard shard;  ///< Of the pairs.
  io::SourceOptions sources;
  io::PairOptions pairing;
  /// EXIF, GPS, XMP and GeoTIFF tags of the visible pictures go into the results.
  bool metadata = true;
  bool overwrite = false;
  bool skip_existing = false;  ///< Leave out pairs whose output exists.
  /// Leave out unpaired pictures and outputs that exist, and go on after a pair that fails.
  bool keep_going = false;
  /// Say what is no error, too: how pictures were paired, which outputs `keep_going` leaves out.
  bool notes = true;
  /// Hears of each step of a method that iterates; may be empty. One call at a time.
  std::function<void(const std::string& output, const std::string& line)> trace;
};

/// Reads, fuses and writes; the next pair is read and the last picture written while one is fused.
/// Says what has no partner and what failed. Every output is complete or not there at all.
FuseReport FusePictures(const FuseRunSettings& settings,
                        const methods::OpenLearnedMethods& open_learned, const RunMonitor& monitor);

}  // namespace seafusion::batch

#endif  // SEAFUSION_BATCH_FUSE_FUSE_RUN_H_
