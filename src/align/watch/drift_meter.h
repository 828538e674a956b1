// How two cameras move against each other while they run: a knock, a mount that gives way.
#ifndef SEAFUSION_ALIGN_WATCH_DRIFT_METER_H_
#define SEAFUSION_ALIGN_WATCH_DRIFT_METER_H_

#include <deque>

#include <seafusion/image.h>
#include <seafusion/status.h>

#include "align/homography.h"
#include "align/search/block_surfaces.h"
#include "align/search/frame_pair.h"

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

  /// True where the pair was looked at. `seconds`: when it was taken, in rising order (a step back
  /// counts as none). `applied`: the correction() that was in effect when the pair was warped.
  /// Errors: kInvalidArgument (sizes that differ, or from the first pair's), kResourceExhausted.
  StatusOr<bool> Add(const ImageView& infrared, const ImageView& visible, double seconds,
                     const Homography& applied = {});

  const DriftReport& report() const { return report_; }

  /// For Warper::Corrected: a similarity in pixels of the watched pictures, within the options'
  /// limits, and smooth in time: it takes small steps, after some of the pairs only.
  const Homography& correction() const { return correction_; }

 private:
  // One pair that was looked at, and its surfaces at reference_.
  struct Look {
    SearchFrame pair;
    Homography applied;  // small pixels
    FrameSurfaces surfaces;
  };
  // A similarity about the picture's centre.
  struct Motion {
    double x = 0, y = 0, log_scale = 0, angle = 0;
  };

  explicit DriftMeter(const DriftOptions& options) : options_(options) {}
  Status LookAgain(Look& look) const;
  Status Estimate();
  Status SearchLost();
  bool Agree(std::size_t newest) const;
  void Follow(double seconds);
  double Pixels(double small) const;
  Homography MapOf(const Motion& motion) const;
  Motion MotionOf(const Homography& map) const;

  DriftOptions options_;
  DriftReport report_;
  std::deque<Look> looks_;
  int width_ = 0, height_ = 0;              // of the watched pictures
  int small_width_ = 0, small_height_ = 0;  // of what is looked at
  Homography reference_;                    // visible to infrared, small pixels, uncorrected
  Homography found_;                        // likewise: the last estimate
  bool has_start_ = false;
  Homography start_;  // found_ when it was first known
  Motion followed_;   // small pixels
  Homography correction_;
  double last_seconds_ = 0;
  int lost_ = 0, patience_ = 0;  // looks without agreement; that many before a search
};

}  // namespace seafusion::align

#endif  // SEAFUSION_ALIGN_WATCH_DRIFT_METER_H_
