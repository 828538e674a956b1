#include "fuse/agc/steady_output.h"

#include <algorithm>
#include <cmath>

namespace seafusion {

void SteadyOutput::Prepare(FuseSettings& settings) {
  settings.output_range = current_.value_or(range_);
  if (range_.kind == OutputRange::Kind::kGentle && seconds_ > 0) settings.gentle_range = &asked_;
}

void SteadyOutput::Followed(double time) {
  if (range_.kind != OutputRange::Kind::kGentle || seconds_ <= 0) return;
  // What asks for nothing has 0..1.
  const OutputRange next{.kind = OutputRange::Kind::kFixed, .lo = asked_.lo, .hi = asked_.hi};
  if (!current_) {
    current_ = next;
  } else {
    const double share = 1 - std::exp(-std::max(0.0, time - last_time_) / seconds_);
    current_->lo += share * (next.lo - current_->lo);
    current_->hi += share * (next.hi - current_->hi);
  }
  last_time_ = time;
}

}  // namespace seafusion
