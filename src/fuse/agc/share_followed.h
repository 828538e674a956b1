// How much of a change what follows a stream has followed by the next picture.
#ifndef SEAFUSION_FUSE_AGC_SHARE_FOLLOWED_H_
#define SEAFUSION_FUSE_AGC_SHARE_FOLLOWED_H_

#include <algorithm>
#include <cmath>

namespace seafusion {

/// 0..1 after `passed` seconds, none of which are below 0: exponentially, 63 % after `seconds`, the
/// time constant; all of it at once where that is 0.
inline double ShareFollowed(double passed, double seconds) {
  return seconds > 0 ? 1 - std::exp(-std::max(0.0, passed) / seconds) : 1.0;
}

}  // namespace seafusion

#endif  // SEAFUSION_FUSE_AGC_SHARE_FOLLOWED_H_
