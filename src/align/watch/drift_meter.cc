#include "align/watch/drift_meter.h"

#include <algorithm>
#include <cmath>
#include <new>
#include <numbers>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "align/registration.h"
#include "align/search/evidence.h"
#include "align/search/surface_fit.h"
#include "align/watch/small_pair.h"
#include "align/watch/wide_search.h"
#include "core/out_of_memory.h"
#include "core/status_macros.h"

namespace seafusion::align {
namespace {

constexpr int kRadius = 4;            // of the surfaces, px of the small pictures
constexpr double kReach = 1.0;        // mean move from where surfaces are, before they are remade
constexpr std::size_t kRecent = 4;    // pairs that say whether the cameras are where they were
constexpr std::size_t kSearched = 3;  // pairs that a search looks at
constexpr int kPatience = 4, kMostPatience = 64;               // looks before a search
constexpr double kLeastInliers = 0.35, kLeastCoverage = 0.45;  // as ShiftCheck
constexpr double kTimeConstant = 5;                            // seconds, of the correction
constexpr double kStep = 0.2;  // infrared px: smaller changes of the correction wait

}  // namespace

StatusOr<DriftMeter> DriftMeter::Create(const DriftOptions& o) {
  for (const auto& [value, name] : {std::pair{o.infrared_scale, "infrared scale"},
                                    {o.interval_s, "interval"},
                                    {o.most_px, "limit"},
                                    {o.speed_px_per_s, "speed"}}) {
    if (!(value > 0 && std::isfinite(value))) {
      return InvalidArgument(std::string("drift: ") + name + " " + std::to_string(value) +
                             ": must be above 0");
    }
  }
  return DriftMeter(o);
}

double DriftMeter::Pixels(double small) const {
  return small * width_ / small_width_ * options_.infrared_scale;
}

// About the centre c: x -> c + shift + s R (x - c).
Homography DriftMeter::MapOf(const Motion& m) const {
  const double s = std::exp(m.log_scale), c = s * std::cos(m.angle), d = s * std::sin(m.angle);
  const double x = (small_width_ - 1) / 2.0, y = (small_height_ - 1) / 2.0;
  return {{c, -d, x + m.x - c * x + d * y, d, c, y + m.y - d * x - c * y, 0, 0, 1}};
}

DriftMeter::Motion DriftMeter::MotionOf(const Homography& map) const {
  const Point centre{(small_width_ - 1) / 2.0, (small_height_ - 1) / 2.0};
  const Point at = map.Apply(centre), right = map.Apply(centre + Point{1, 0}) - at;
  return {at.x - centre.x, at.y - centre.y, std::log(map.ScaleAt(centre)),
          std::atan2(right.y, right.x)};
}

StatusOr<bool> DriftMeter::Add(const ImageView& infrared, const ImageView& visible, double seconds,
                               const Homography& applied) {
  const bool first = report_.looked_at == 0;
  if (!first && !(seconds - last_seconds_ >= options_.interval_s)) {
    if (seconds < last_seconds_) last_seconds_ = seconds;
    return false;
  }
  if (!first && (infrared.width != width_ || infrared.height != height_)) {
    return InvalidArgument("infrared is " + std::to_string(infrared.width) + "x" +
                           std::to_string(infrared.height) + ", in the first pair it is " +
                           std::to_string(width_) + "x" + std::to_string(height_));
  }
  SEAFUSION_ASSIGN_OR_RETURN(SearchFrame pair, SmallPair(infrared, visible));
  const double passed = first ? 0 : seconds - last_seconds_;
  last_seconds_ = seconds;
  try {
    width_ = infrared.width;
    height_ = infrared.height;
    small_width_ = pair.infrared.width();
    small_height_ = pair.infrared.height();
    ++report_.looked_at;
    const Homography small = ScalingOfPixels(static_cast<double>(small_width_) / width_,
                                             static_cast<double>(small_height_) / height_);
    const Homography large = small.Inverse().value_or(Homography{});
    Look look{std::move(pair), small * applied * large, {}};
    SEAFUSION_RETURN_IF_ERROR(LookAgain(look));
    looks_.push_back(std::move(look));
    if (looks_.size() > static_cast<std::size_t>(kPairs)) looks_.pop_front();

    const bool agree = looks_.size() >= kRecent && Agree(kRecent);
    if (agree) {
      lost_ = 0;
      patience_ = kPatience;
      SEAFUSION_RETURN_IF_ERROR(Estimate());
    } else if (looks_.size() >= kRecent && ++lost_ > patience_) {
      SEAFUSION_RETURN_IF_ERROR(SearchLost());
    }
    if (report_.known) Follow(passed);
    return true;
  } catch (const std::bad_alloc&) {
    return OutOfMemory("to measure drift");
  }
}

// The pair's surfaces at reference_: a picture that was corrected is off by the rest.
Status DriftMeter::LookAgain(Look& look) const {
  const Homography rest = look.applied.Inverse().value_or(Homography{}) * reference_;
  SEAFUSION_ASSIGN_OR_RETURN(
      look.surfaces,
      SurfacesOfFrame(look.pair, {rest, {}}, SmallLevel(look.pair, kRadius), nullptr));
  return OkStatus();
}

// Whether the newest pairs lie where reference_ says.
bool DriftMeter::Agree(std::size_t newest) const {
  SurfaceSum sum(small_width_, small_height_, SmallLevel(looks_.front().pair, kRadius));
  for (std::size_t i = looks_.size() - newest; i < looks_.size(); ++i) sum.Add(looks_[i].surfaces);
  Evidence e;
  MeasureAgreement(sum.Mean(), e);
  return e.inliers >= kLeastInliers && e.coverage >= kLeastCoverage;
}

Status DriftMeter::Estimate() {
  // Twice at most: where the estimate leaves the middle of the surfaces, they are made anew there.
  for (int round = 0; round < 2; ++round) {
    SurfaceSum sum(small_width_, small_height_, SmallLevel(looks_.front().pair, kRadius));
    for (const Look& look : looks_) sum.Add(look.surfaces);
    const BlockSurfaces surfaces = sum.Mean();
    const CameraMap at{reference_, {}};
    const SurfaceFit fit(surfaces, at, small_width_, small_height_, {.penalty = kStiffPenalty});
    const CameraMap changed = fit.Changed(at, fit.Climb(MapChange{}, 20).first);
    if (!changed.map.TameOn(small_width_, small_height_)) return OkStatus();
    found_ = changed.map;
    const Homography away = found_ * reference_.Inverse().value_or(Homography{});
    if (MeanMove(away, small_width_, small_height_) <= kReach) break;
    reference_ = found_;
    for (Look& look : looks_) SEAFUSION_RETURN_IF_ERROR(LookAgain(look));
  }
  if (looks_.size() < static_cast<std::size_t>(kPairs) && !has_start_) return OkStatus();
  if (!has_start_) {
    has_start_ = true;
    start_ = found_;
    report_.start_px = Pixels(MeanMove(found_, small_width_, small_height_));
  }
  const Homography since = found_ * start_.Inverse().value_or(Homography{});
  const Motion motion = MotionOf(since);
  report_.known = true;
  report_.moved_px = Pixels(MeanMove(since, small_width_, small_height_));
  report_.shift_x = Pixels(motion.x);
  report_.shift_y = Pixels(motion.y);
  report_.scale = std::exp(motion.log_scale);
  report_.degrees = motion.angle * 180 / std::numbers::pi;
  return OkStatus();
}

// The newest pairs are not where the others were. Where they agree on another place, the older ones
// are forgotten; where they do not, the next search waits longer.
Status DriftMeter::SearchLost() {
  std::vector<const SearchFrame*> newest;
  for (std::size_t i = looks_.size() - kSearched; i < looks_.size(); ++i) {
    newest.push_back(&looks_[i].pair);
  }
  lost_ = 0;
  patience_ = std::min(2 * std::max(patience_, kPatience), kMostPatience);
  SEAFUSION_ASSIGN_OR_RETURN(const CameraMap map, SearchWidely(newest, {}));
  const Homography before = reference_;
  reference_ = (looks_.back().applied * map.map).Normalised();
  std::vector<FrameSurfaces> kept;
  const std::size_t first = looks_.size() - kRecent;
  for (std::size_t i = first; i < looks_.size(); ++i) {
    kept.push_back(looks_[i].surfaces);
    SEAFUSION_RETURN_IF_ERROR(LookAgain(looks_[i]));
  }
  if (Agree(kRecent)) {
    looks_.erase(looks_.begin(), looks_.begin() + static_cast<std::ptrdiff_t>(first));
    patience_ = kPatience;
    return Estimate();
  }
  reference_ = before;
  for (std::size_t i = 0; i < kept.size(); ++i) looks_[first + i].surfaces = std::move(kept[i]);
  return OkStatus();
}

// A first-order lag behind what was found, held within the limits.
void DriftMeter::Follow(double passed) {
  Motion goal = MotionOf(found_ * start_.Inverse().value_or(Homography{}));
  const auto scaled = [](const Motion& m, double k) {
    return Motion{k * m.x, k * m.y, k * m.log_scale, k * m.angle};
  };
  const auto size = [&](const Motion& m) {
    return Pixels(MeanMove(MapOf(m), small_width_, small_height_));
  };
  if (const double way = size(goal); way > options_.most_px) {
    goal = scaled(goal, options_.most_px / way);
  }
  Motion step{goal.x - followed_.x, goal.y - followed_.y, goal.log_scale - followed_.log_scale,
              goal.angle - followed_.angle};
  step = scaled(step, 1 - std::exp(-passed / kTimeConstant));
  if (const double way = size(step), most = options_.speed_px_per_s * passed; way > most) {
    step = scaled(step, most / way);
  }
  followed_ = {followed_.x + step.x, followed_.y + step.y, followed_.log_scale + step.log_scale,
               followed_.angle + step.angle};
  const Homography small = ScalingOfPixels(static_cast<double>(small_width_) / width_,
                                           static_cast<double>(small_height_) / height_);
  const Homography large = small.Inverse().value_or(Homography{});
  Homography now = MapOf(followed_);
  if (const double way = Pixels(MeanMove(now, small_width_, small_height_));
      way > options_.most_px) {  // on the way from one edge of the limit to another
    now = MapOf(scaled(followed_, options_.most_px / way));
  }
  const Homography next = (large * now * small).Normalised();
  const Homography away = next * correction_.Inverse().value_or(Homography{});
  if (MeanMove(away, width_, height_) * options_.infrared_scale >= kStep) correction_ = next;
}

}  // namespace seafusion::align
