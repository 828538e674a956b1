// Infrared streams whose clock is another, and whose camera closes its shutter now and then.
#ifndef SEAFUSION_STREAM_READ_INFRARED_CLOCK_H_
#define SEAFUSION_STREAM_READ_INFRARED_CLOCK_H_

#include <cstdint>
#include <memory>

#include "stream/frame_source.h"

namespace seafusion::stream {

/// The same frames `delay` microseconds later; negative: earlier, also before 0.
std::unique_ptr<FrameSource> DelayBy(std::unique_ptr<FrameSource> source, std::int64_t delay);

/// Watches for the shutter that thermal cameras close every few minutes to measure their own
/// pattern: frames that are all one shade, of less than a third of the contrast that the second
/// before had, and frames that stay the same to the last bit for more than a third of a second.
/// Both are counted (FrameSource::shutter). With `hold`, the last good picture stands in for those
/// of one shade, for five seconds at most: then it is what the scene is like. Passes everything
/// else through, times always.
std::unique_ptr<FrameSource> WatchShutter(std::unique_ptr<FrameSource> source, bool hold);

}  // namespace seafusion::stream

#endif  // SEAFUSION_STREAM_READ_INFRARED_CLOCK_H_
