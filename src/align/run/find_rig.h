// Finds the rig of two cameras from pictures, points, a board or calibrations in files.
#ifndef SEAFUSION_ALIGN_RUN_FIND_RIG_H_
#define SEAFUSION_ALIGN_RUN_FIND_RIG_H_

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <seafusion/status.h>

#include "align/calibrate/board_calibration.h"
#include "align/calibrate/point_fit.h"
#include "align/registration.h"
#include "align/rig/rig.h"
#include "align/warp/warper.h"
#include "core/run_monitor.h"
#include "io/measure_files.h"
#include "io/pairing/pair_list.h"

namespace seafusion::align {

struct RigSettings {
  std::string infrared;  ///< File, folder or pattern.
  std::string visible;
  std::string output;   ///< The rig file; empty: none is written.
  std::string picture;  ///< A picture to judge by (judging_picture.h); empty: none.

  RegistrationOptions registration;
  /// Pairs of a folder that are looked at, 1..Registrar::kMostFrames; fewer once these say enough.
  int frames = 24;
  /// A rig that is no more than unsure is found, too.
  bool accept_unsure = false;

  /// In place of registration: a file of points (ReadPoints),
  std::string points;
  double tolerance = 3;  ///< Infrared pixels within which a pair of points agrees.
  /// a board that both cameras see, in any of up to kMostBoardPairs pairs,
  std::optional<BoardPattern> board;
  /// calibrations (ImportCalibration): one file with both cameras, the visible one first, or
  /// extrinsics from it and cameras from the other two,
  std::string calibration, infrared_calibration, visible_calibration;
  bool infrared_first = false;  ///< `calibration` has the infrared camera first.
  double distance = 0;  ///< Metres to what should fit best; 0: far away. Also of a board's rig.
  /// FLIR's Real2IR, OffsetX and OffsetY (RigFromFlir),
  std::optional<std::array<double, 3>> flir;
  /// or a rig that was found before.
  std::string rig;

  /// Folder to write all pairs into, registered: ir/NAME.png and vi/NAME.png; empty: none.
  std::string write;
  Canvas canvas = Canvas::kOverlap;
  bool overwrite = false;
  io::SourceOptions sources;
  io::PairOptions pairing;
};

inline constexpr std::size_t kMostBoardPairs = 300;

struct RigReport {
  Status status;
  /// kOk unless the pictures do not say how the cameras map onto each other; then nothing was
  /// written, and `status` is ok.
  Verdict verdict = Verdict::kOk;
  bool refused = false;
  std::optional<Rig> rig;
  std::optional<Registration> registration;
  std::optional<PointFit> points;
  std::optional<BoardCalibration> board;
  std::vector<BoardView> views;  ///< Pairs in which a board was looked for.
  std::size_t pairs = 0;         ///< That there were.
  std::size_t written = 0;
  int canvas_width = 0, canvas_height = 0;
};

/// Errors are in the report's status. The rig file is written last: where it is there, all is.
/// Existing files are refused before any work, unless `overwrite`.
RigReport FindRig(const RigSettings& settings, const RunMonitor& monitor);

/// The report as a JSON object with a final newline.
std::string JsonText(const RigReport& report);
/// A few lines for people.
std::string SummaryText(const RigReport& report);

}  // namespace seafusion::align

#endif  // SEAFUSION_ALIGN_RUN_FIND_RIG_H_
