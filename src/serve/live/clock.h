// When frames came, on a clock that browsers have, too.
#ifndef SEAFUSION_SERVE_LIVE_CLOCK_H_
#define SEAFUSION_SERVE_LIVE_CLOCK_H_

#include <chrono>
#include <cstdint>

#include "stream/read/latest_frame.h"

namespace seafusion::serve {

/// Since 1970.
inline std::int64_t SystemMicroseconds() {
  return std::chrono::duration_cast<std::chrono::microseconds>(
             std::chrono::system_clock::now().time_since_epoch())
      .count();
}

/// A moment of the steady clock (stream::SteadyMicroseconds) on the system's.
inline std::int64_t OnSystemClock(std::int64_t steady) {
  return SystemMicroseconds() - (stream::SteadyMicroseconds() - steady);
}

}  // namespace seafusion::serve

#endif  // SEAFUSION_SERVE_LIVE_CLOCK_H_
