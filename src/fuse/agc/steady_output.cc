#include "fuse/agc/steady_output.h"

#include <cmath>

#include "fuse/agc/share_followed.h"

namespace seafusion {

void SteadyOutput::Prepare(FuseSettings& settings, double time) {
  if (std::abs(time - last_time_) >= seconds_ / 2) current_.reset();
  time_ = time;
  settings.output_range = current_.value_or(range_);
  if (range_.kind == OutputRange::Kind::kGentle) settings.gentle_range = &asked_;
}

void SteadyOutput::Followed() {
  if (range_.kind != OutputRange::Kind::kGentle || seconds_ <= 0) return;
  // What asks for nothing has 0..1.
  const OutputRange next{.kind = OutputRange::Kind::kFixedLuma, .lo = asked_.lo, .hi = asked_.hi};
  if (!current_) {
    current_ = next;
  } else {
    const double share = ShareFollowed(time_ - last_time_, seconds_);
    current_->lo += share * (next.lo - current_->lo);
    current_->hi += share * (next.hi - current_->hi);
  }
  last_time_ = time_;
}

}  // namespace seafusion
