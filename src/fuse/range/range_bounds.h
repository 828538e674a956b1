// How far the ends of a range may lie apart, and how near.
#ifndef SEAFUSION_FUSE_RANGE_RANGE_BOUNDS_H_
#define SEAFUSION_FUSE_RANGE_RANGE_BOUNDS_H_

#include <algorithm>

namespace seafusion {

/// Ranges that are wider, narrower (1 over it) or farther from 0 would be infinite as floats, or
/// 0, and 0 times infinity is no number.
inline constexpr double kMostOfRange = 1e37;

/// The end of a range, within that.
inline double WithinFloats(double end) {
  return std::clamp(end, -kMostOfRange, kMostOfRange);
}

}  // namespace seafusion

#endif  // SEAFUSION_FUSE_RANGE_RANGE_BOUNDS_H_
