// How much later one camera's clock is than the other's, from what moves in both pictures.
#ifndef SEAFUSION_STREAM_SYNC_FIND_DELAY_H_
#define SEAFUSION_STREAM_SYNC_FIND_DELAY_H_

#include <cstdint>
#include <vector>

#include <seafusion/status.h>

#include "stream/frame_source.h"

namespace seafusion::stream {

/// How much changed from one frame to the next.
struct Motion {
  std::int64_t time = 0;  ///< Microseconds, the middle between the two frames.
  double amount = 0;      ///< Mean absolute change over the picture's contrast.
};

/// Of the first `seconds` of a source. Errors: those of its Next.
StatusOr<std::vector<Motion>> MeasureMotion(FrameSource& source, double seconds);

struct Delay {
  std::int64_t microseconds = 0;  ///< To be added to the infrared times.
  double agreement = 0;           ///< Correlation of the two motions then, up to 1.
};

/// The delay, at most `most` microseconds either way, at which motion in both rises and falls
/// together: the highest of the normalised cross-correlation over a grid of a hundredth of a
/// second, refined between its points. Errors: kInvalidArgument, with the figures, where nothing
/// moves, the streams are too short, or no delay fits clearly better than all others.
StatusOr<Delay> FindDelay(const std::vector<Motion>& infrared, const std::vector<Motion>& visible,
                          std::int64_t most);

}  // namespace seafusion::stream

#endif  // SEAFUSION_STREAM_SYNC_FIND_DELAY_H_
