// Do pictures that are about to be fused lie on each other? A cheap look at a few pairs.
#ifndef SEAFUSION_ALIGN_WATCH_SHIFT_CHECK_H_
#define SEAFUSION_ALIGN_WATCH_SHIFT_CHECK_H_

#include <cstdint>
#include <memory>
#include <string>

#include <seafusion/image.h>
#include <seafusion/status.h>

#include "core/run_monitor.h"

namespace seafusion::align {

enum class ShiftVerdict : std::uint8_t {
  kUnknown,     ///< The pairs do not say: too little that both cameras see, or one map of many.
  kRegistered,  ///< They lie on each other, to about 1 % of the width.
  kShifted,     ///< They do not, and another map fits much better.
};

struct ShiftReport {
  ShiftVerdict verdict = ShiftVerdict::kUnknown;
  int pairs = 0;
  /// Of them, those in which the map below fits better than none, each by itself.
  int agreeing = 0;
  /// Of the similarity that fits best, visible to infrared pixels; the rest is of no use unless the
  /// verdict is kShifted.
  double move_px = 0;  ///< Mean way of a picture's points, pixels of the pictures as they came.
  double shift_x = 0, shift_y = 0;  ///< Of the picture's centre, likewise.
  double scale = 1;
  double degrees = 0;  ///< Clockwise.

  /// What the verdict rests on, for measurements of it.
  struct Basis {
    double move = 0;                    ///< move_px as a share of the width.
    double score = 0, still_score = 0;  ///< Mean correlation of the blocks, of the map and of none.
    double inliers = 0, coverage = 0;   ///< As Evidence has them, of the map
    double still_inliers = 0, still_coverage = 0;  ///< and of none.
    double t_blocks = 0, t_pairs = 0;  ///< By which the map beats none, over blocks and over pairs.
  } basis;
};

/// Looks at up to kMostPairs pairs of one rig, all of one size, and says whether they lie on each
/// other. It is made to be silent: where registered pairs of four data sets were looked at, it
/// warned of next to none (docs/alignment.md has the figures). The map is a rough one; `seafusion
/// align` finds the right one.
///
/// Memory: 150 KB a pair. Time for pairs of 640x480: about 4 ms each on one thread where they lie
/// on each other, more where not. Deterministic. Movable; one thread at a time.
class ShiftCheck {
 public:
  static constexpr int kMostPairs = 12;

  ShiftCheck();
  ShiftCheck(ShiftCheck&&) noexcept;
  ShiftCheck& operator=(ShiftCheck&&) noexcept;
  ~ShiftCheck();

  /// In any formats. Errors: kInvalidArgument (sizes that differ or are under
  /// Registrar::kLeastSide), kResourceExhausted (kMostPairs are there already).
  Status Add(const ImageView& infrared, const ImageView& visible);
  int pairs() const;
  bool full() const { return pairs() == kMostPairs; }

  /// Errors: kInvalidArgument (no pairs), kCancelled, kResourceExhausted.
  StatusOr<ShiftReport> Check(const RunMonitor& monitor = {}) const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// "the pictures look shifted by about 14 pixels (12 of 12 pairs agree); see seafusion align".
/// Empty unless the verdict is kShifted.
std::string WarningText(const ShiftReport& report);

}  // namespace seafusion::align

#endif  // SEAFUSION_ALIGN_WATCH_SHIFT_CHECK_H_
