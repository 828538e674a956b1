// Two cameras calibrated by a board that both see: lenses, and where one stands from the other.
#ifndef SEAFUSION_ALIGN_CALIBRATE_BOARD_CALIBRATION_H_
#define SEAFUSION_ALIGN_CALIBRATE_BOARD_CALIBRATION_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <seafusion/image.h>
#include <seafusion/status.h>

#include "align/geometry/homography.h"
#include "align/rig/rig.h"
#include "core/run_monitor.h"

namespace seafusion::align {

struct BoardPattern {
  enum class Kind : std::uint8_t {
    kChessboard,  ///< Points are the inner corners, where four squares meet.
    kCircles,     ///< Points are the centres of circles on a square grid.
  };
  Kind kind = Kind::kChessboard;
  int columns = 9, rows = 6;  ///< Of points; 3..40 each, and not the same number of both.
  double square = 0.025;      ///< Metres from one point to the next, above 0.

  Status Validate() const;
};

/// "9x6"
std::optional<BoardPattern> BoardNamed(std::string_view text);

/// The board's points in a picture of any format, row after row; nothing where it is not seen
/// whole. Black and white may be exchanged, as they often are for a thermal camera. Deterministic.
/// Errors: kInvalidArgument, kResourceExhausted.
StatusOr<std::optional<std::vector<Point>>> FindBoard(const ImageView& picture,
                                                      const BoardPattern& pattern);

/// One pair of pictures.
struct BoardView {
  std::string name;
  bool in_infrared = false, in_visible = false;
  bool used = false;  ///< Seen by both, not nearly where another view has it, and no outlier.
  /// Root mean square over the board's points of what the calibration leaves, px; of used views.
  double infrared_residual = 0, visible_residual = 0;
};

struct BoardCalibration {
  Rig rig;  ///< Calibrations and extrinsics.
  /// Root mean square of what is left at all points of all used views, px.
  double infrared_residual = 0, visible_residual = 0;
  double baseline = 0;  ///< Metres between the cameras.
  int used = 0;
};

/// Collects pairs of pictures in which a board may be seen. The cameras are turned by less than 90
/// degrees against each other, and stand still against each other.
///
/// Method: points by OpenCV (Duda and Frese 2018 for chessboards), each camera by Zhang's (2000)
/// with k1, k2, p1, p2, then both together; views whose residual is over three times the median are
/// left out once. Movable; one thread at a time. Time: about 0.1 second a pair of 640x480.
class BoardCalibrator {
 public:
  static constexpr int kLeastViews = 5;
  static constexpr int kMostViews = 100;

  /// Errors: kInvalidArgument.
  static StatusOr<BoardCalibrator> Create(const BoardPattern& pattern);
  BoardCalibrator(BoardCalibrator&&) noexcept;
  BoardCalibrator& operator=(BoardCalibrator&&) noexcept;
  ~BoardCalibrator();

  /// Looks for the board in both pictures. `name` is for messages. Errors: kInvalidArgument (sizes
  /// that differ from the first pair's), kResourceExhausted.
  Status Add(const std::string& name, const ImageView& infrared, const ImageView& visible);

  const std::vector<BoardView>& views() const;
  /// Views that say something new: seen by both cameras, in another place than those before.
  int good() const;

  /// Fills in the views' residuals. Errors: kInvalidArgument (fewer than kLeastViews good ones, all
  /// of them alike, a calibration that is none).
  StatusOr<BoardCalibration> Calibrate();

 private:
  struct State;
  explicit BoardCalibrator(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace seafusion::align

#endif  // SEAFUSION_ALIGN_CALIBRATE_BOARD_CALIBRATION_H_
