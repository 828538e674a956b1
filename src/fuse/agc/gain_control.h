// Infrared pictures whose contrast is spread over the scene's temperatures as they are there, not
// evenly: the automatic gain control of thermal cameras.
#ifndef SEAFUSION_FUSE_AGC_GAIN_CONTROL_H_
#define SEAFUSION_FUSE_AGC_GAIN_CONTROL_H_

#include <vector>

#include <seafusion/fuser.h>
#include <seafusion/image.h>
#include <seafusion/status.h>

#include "core/memory/image_buffer.h"

namespace seafusion {

/// Checks the numbers: a plateau in (0, 100], a clip limit of at least 1.
Status ValidateInfraredGain(const InfraredGain& gain);

/// Applies a gain to picture after picture of a stream, whose curves follow the scene
/// exponentially: after `seconds`, 63 % of a step has been followed; 0 follows at once. Not
/// thread-safe.
///
/// Plateau: V. Vickers, "Plateau equalization algorithm for real-time display of high-quality
/// infrared imagery", Optical Engineering 35 (1996). CLAHE: K. Zuiderveld, "Contrast limited
/// adaptive histogram equalization", Graphics Gems IV (1994), over 8 x 8 fields.
class GainControl {
 public:
  explicit GainControl(const InfraredGain& gain, double seconds = 0)
      : gain_(gain), seconds_(seconds) {}

  /// `infrared`: valid, every sample finite; `range`: as for Fuser::Fuse; `time`: seconds into the
  /// stream. Gives a float picture of 0..1, with the range's inversion in it, to be fused with
  /// InfraredRange::Kind::kFull. Not for kLinear. Errors: those of FindInfraredMap and
  /// ValidateInfraredGain, kResourceExhausted.
  StatusOr<ImageBuffer> Next(const ImageView& infrared, const InfraredRange& range,
                             double time = 0);

 private:
  InfraredGain gain_;
  double seconds_;
  double last_time_ = 0;
  /// A curve for each field, one value a bin; empty before the first picture.
  std::vector<std::vector<float>> curves_;
};

}  // namespace seafusion

#endif  // SEAFUSION_FUSE_AGC_GAIN_CONTROL_H_
