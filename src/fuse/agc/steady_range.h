// An infrared range that follows a stream slowly, so that its brightness does not flicker.
#ifndef SEAFUSION_FUSE_AGC_STEADY_RANGE_H_
#define SEAFUSION_FUSE_AGC_STEADY_RANGE_H_

#include <optional>

#include <seafusion/fuser.h>
#include <seafusion/image.h>

namespace seafusion {

/// Turns a range that depends on the picture (minmax, percentile) into fixed ones that approach it
/// exponentially: after `seconds`, 63 % of a step has been followed. Ranges that do not depend on
/// the picture stay what they are. Not thread-safe.
class SteadyRange {
 public:
  /// `seconds`: time constant; 0 follows at once.
  SteadyRange(const InfraredRange& range, double seconds) : range_(range), seconds_(seconds) {}

  /// The range for the next picture, `time` seconds into the stream. A flat picture (a camera's
  /// shutter) changes nothing. Errors: those of Fuser::Fuse on the same picture.
  StatusOr<InfraredRange> Next(const ImageView& infrared, double time);

 private:
  InfraredRange range_;
  double seconds_;
  double last_time_ = 0;
  std::optional<InfraredRange> current_;
};

}  // namespace seafusion

#endif  // SEAFUSION_FUSE_AGC_STEADY_RANGE_H_
