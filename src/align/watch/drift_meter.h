// How two cameras move against each other while they run: a knock, a mount that gives way.
#ifndef SEAFUSION_ALIGN_WATCH_DRIFT_METER_H_
#define SEAFUSION_ALIGN_WATCH_DRIFT_METER_H_

#include <memory>

#include <seafusion/image.h>
#include <seafusion/status.h>

#include "align/geometry/homography.h"

namespace seafusion::align {

struct DriftOptions {
  /// Infrared pixels that one of the watched pictures is wide: Warper::infrared_scale(); without a
  /// rig 1. All pixels below are infrared pixels.
  double infrared_scale = 1;
  double interval_s = 1;  ///< Pairs that come sooner after one that was looked at are not.
  /// The correction never moves the picture's points by more than this in the mean,
  double most_px = 8;
  double speed_px_per_s = 0.5;  ///< nor faster than this.
};

struct DriftReport {
  /// From here on `moved_px` and the rest count: enough pairs were seen, and they agree.
  bool known = false;
  double moved_px = 0;              ///< Mean way of the picture's points since the start.
  double shift_x = 0, shift_y = 0;  ///< Of the picture's centre: infrared against visible.
  double scale = 1;
  double degrees = 0;  ///< Clockwise.
  /// How far the pictures lay off each other at the start. Of a rig that holds, this is its error,
  /// and what the two bands see differently; it is no drift and never corrected.
  double start_px = 0;
  int looked_at = 0;  ///< Pairs, since Create.
};

/// Watches the pictures of a running pair of cameras, as they are about to be fused: of one size,
/// on one canvas where there is a rig. Evidence is summed over the last kPairs pairs that were
/// looked at, so that a single picture moves nothing.
///
/// Memory: 5 MB. Time: 4 ms for a pair that is looked at, which is one in `interval_s`; up to 300
/// ms where a knocked camera is searched for, seldomer the longer it is in vain. Deterministic.
/// Movable; one thread at a time.
class DriftMeter {
 public:
  static constexpr int kPairs = 12;

  /// Errors: kInvalidArgument.
  static StatusOr<DriftMeter> Create(const DriftOptions& options = {});
  DriftMeter(DriftMeter&&) noexcept;
  DriftMeter& operator=(DriftMeter&&) noexcept;
  ~DriftMeter();

  /// True where the pair was looked at. `seconds`: when it was taken, in rising order (a step back
  /// counts as none). `applied`: the correction() that was in effect when the pair was warped.
  /// Errors: kInvalidArgument (sizes that differ, or from the first pair's), kResourceExhausted.
  StatusOr<bool> Add(const ImageView& infrared, const ImageView& visible, double seconds,
                     const Homography& applied = {});

  const DriftReport& report() const;

  /// For Warper::Corrected: a similarity in pixels of the watched pictures, within the options'
  /// limits, and smooth in time: it takes small steps, after some of the pairs only.
  const Homography& correction() const;

 private:
  struct State;
  explicit DriftMeter(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace seafusion::align

#endif  // SEAFUSION_ALIGN_WATCH_DRIFT_METER_H_
