#include "fuse/agc/steady_range.h"

#include "core/status_macros.h"
#include "fuse/agc/share_followed.h"
#include "fuse/range/infrared_range.h"

namespace seafusion {

StatusOr<InfraredRange> SteadyRange::Next(const ImageView& infrared, double time) {
  using Kind = InfraredRange::Kind;
  const bool deep = BytesPerSample(infrared.format) > 1;
  if (range_.kind == Kind::kFull || range_.kind == Kind::kFixed ||
      (range_.kind == Kind::kAuto && !deep)) {
    return range_;
  }
  InfraredRange upright = range_;
  upright.invert = false;
  SEAFUSION_ASSIGN_OR_RETURN(const LinearMap map, FindInfraredMap(infrared, upright));
  if (!(map.scale > 0.0f)) return current_ ? *current_ : range_;
  const double lo = map.lo, hi = map.lo + 1.0 / map.scale;
  if (!current_) {
    current_ = InfraredRange{.kind = Kind::kFixed, .lo = lo, .hi = hi, .invert = range_.invert};
  } else {
    const double share = ShareFollowed(time - last_time_, seconds_);
    current_->lo += share * (lo - current_->lo);
    current_->hi += share * (hi - current_->hi);
  }
  last_time_ = time;
  return *current_;
}

}  // namespace seafusion
