// From infrared samples to the network's 0..1.
#ifndef SEAFUSION_FUSE_RANGE_INFRARED_RANGE_H_
#define SEAFUSION_FUSE_RANGE_INFRARED_RANGE_H_

#include <seafusion/fuser.h>
#include <seafusion/image.h>

namespace seafusion {

/// value = clamp((sample - lo) * scale, 0, 1); a negative scale turns warm and cold round.
struct LinearMap {
  float lo = 0.0f;
  float scale = 1.0f;
};

/// Largest sample value of an integer format, 1 for float.
float FullScale(PixelFormat format);

/// Checks the numbers in `range`: a percentile in [0, 50), lo < hi, both finite.
Status ValidateInfraredRange(const InfraredRange& range);

/// Finds the map for one picture, which must be valid (ValidateImage). A picture of one single
/// value maps to 0, and so does one without a finite sample; samples that are not finite count for
/// nothing. Fails as ValidateInfraredRange.
StatusOr<LinearMap> FindInfraredMap(const ImageView& ir, const InfraredRange& range);

}  // namespace seafusion

#endif  // SEAFUSION_FUSE_RANGE_INFRARED_RANGE_H_
