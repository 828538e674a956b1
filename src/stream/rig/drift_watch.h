// Cameras that move against each other while a stream with a rig runs: seen, told, followed.
#ifndef SEAFUSION_STREAM_RIG_DRIFT_WATCH_H_
#define SEAFUSION_STREAM_RIG_DRIFT_WATCH_H_

#include <future>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include <seafusion/status.h>

#include "align/place/placed_sources.h"
#include "align/watch/drift_meter.h"
#include "stream/frame_source.h"

namespace seafusion::stream {

struct DriftSettings {
  /// Infrared pixels up to which the warp follows; 0: it stays the rig's.
  double follow_px = 0;
  /// Looks on a thread of its own, at what comes when that is free: for live streams, of which no
  /// frame must wait. Else within Look(), so that the same recording gives the same frames.
  bool beside = false;
};

/// Thread-safe.
class DriftWatch {
 public:
  /// Errors: those of align::DriftMeter.
  static StatusOr<std::unique_ptr<DriftWatch>> Create(const align::OpenedRig& rig,
                                                      const DriftSettings& settings);
  /// Waits for a look that is under way.
  ~DriftWatch() = default;
  DriftWatch(const DriftWatch&) = delete;
  DriftWatch& operator=(const DriftWatch&) = delete;

  /// How frames are placed now.
  struct Placing {
    std::shared_ptr<const align::Warper> warper;
    align::Homography correction;
  };
  Placing placing() const;

  /// Shows it a pair as it was placed; `seconds` into the stream. What goes wrong in it is no
  /// failure of the stream's: the drift is not known then.
  void Look(const FramePtr& infrared, const FramePtr& visible, double seconds,
            const Placing& placed_by);

  align::DriftReport report() const;
  /// A sentence for people, once the cameras have moved so far that it shows, and again whenever
  /// it has become twice as much, or the rig does not fit at all.
  std::optional<std::string> TakeMessage();
  /// The drift for a summary, "the cameras moved by 4.2 infrared pixels"; empty where none shows.
  std::string Summary() const;

 private:
  DriftWatch(const align::OpenedRig& rig, const DriftSettings& settings, align::DriftMeter meter);
  Status LookNow(const Frame& infrared, const Frame& visible, double seconds,
                 const Placing& placed_by);
  double ToldFrom() const;  // infrared pixels

  const DriftSettings settings_;
  const std::string rig_name_;
  const std::shared_ptr<const align::Warper> rig_;
  const int infrared_width_;
  align::DriftMeter meter_;   // of one look at a time
  mutable std::mutex mutex_;  // guards what follows
  Placing placing_;
  align::DriftReport report_;
  double last_told_px_ = 0;
  bool misfit_told_ = false;
  std::future<void> look_;  // last: waited for while all of the rest is there
};

}  // namespace seafusion::stream

#endif  // SEAFUSION_STREAM_RIG_DRIFT_WATCH_H_
