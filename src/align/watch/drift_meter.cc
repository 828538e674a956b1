#include "align/watch/drift_meter.h"

#include <algorithm>
#include <cmath>
#include <deque>
#include <new>
#include <numbers>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "align/registration.h"
#include "align/search/evidence.h"
#include "align/search/features/frame_pair.h"
#include "align/search/fit/block_surfaces.h"
#include "align/search/fit/surface_fit.h"
#include "align/watch/small_pair.h"
#include "align/watch/wide_search.h"
#include "core/memory/out_of_memory.h"
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

// A similarity about the picture's centre.
struct Motion {
  double x = 0, y = 0, log_scale = 0, angle = 0;
};

Motion Scaled(const Motion& m, double k) {
  return {k * m.x, k * m.y, k * m.log_scale, k * m.angle};
}

// One pair that was looked at, and its surfaces at State::reference.
struct Look {
  SearchFrame pair;
  Homography applied;  // small pixels
  FrameSurfaces surfaces;
};

}  // namespace

struct DriftMeter::State {
  explicit State(const DriftOptions& o) : options(o) {}
  StatusOr<bool> Add(const ImageView& infrared, const ImageView& visible, double seconds,
                     const Homography& applied);
  Status LookAgain(Look& look) const;
  Status Estimate();
  Status SearchLost();
  bool Agree(std::size_t newest) const;
  void Follow(double passed);
  double Pixels(double small) const;
  Homography MapOf(const Motion& motion) const;
  Motion MotionOf(const Homography& map) const;
  Homography ToSmall() const;

  DriftOptions options;
  DriftReport report;
  std::deque<Look> looks;
  int width = 0, height = 0;              // of the watched pictures
  int small_width = 0, small_height = 0;  // of what is looked at
  Homography reference;                   // visible to infrared, small pixels, uncorrected
  Homography found;                       // likewise: the last estimate
  bool has_start = false;
  Homography start;  // `found` when it was first known
  Motion followed;   // small pixels
  Homography correction;
  double last_seconds = 0;
  int lost = 0, patience = 0;  // looks without agreement; that many before a search
};

DriftMeter::DriftMeter(std::unique_ptr<State> state) : state_(std::move(state)) {}
DriftMeter::DriftMeter(DriftMeter&&) noexcept = default;
DriftMeter& DriftMeter::operator=(DriftMeter&&) noexcept = default;
DriftMeter::~DriftMeter() = default;

const DriftReport& DriftMeter::report() const {
  return state_->report;
}

const Homography& DriftMeter::correction() const {
  return state_->correction;
}

StatusOr<bool> DriftMeter::Add(const ImageView& infrared, const ImageView& visible, double seconds,
                               const Homography& applied) {
  return state_->Add(infrared, visible, seconds, applied);
}

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
  return DriftMeter(std::make_unique<State>(o));
}

double DriftMeter::State::Pixels(double small) const {
  return small * width / small_width * options.infrared_scale;
}

Homography DriftMeter::State::ToSmall() const {
  return ScalingOfPixels(static_cast<double>(small_width) / width,
                         static_cast<double>(small_height) / height);
}

// About the centre c: x -> c + shift + s R (x - c).
Homography DriftMeter::State::MapOf(const Motion& m) const {
  const double s = std::exp(m.log_scale), c = s * std::cos(m.angle), d = s * std::sin(m.angle);
  const double x = (small_width - 1) / 2.0, y = (small_height - 1) / 2.0;
  return {{c, -d, x + m.x - c * x + d * y, d, c, y + m.y - d * x - c * y, 0, 0, 1}};
}

Motion DriftMeter::State::MotionOf(const Homography& map) const {
  const Point centre{(small_width - 1) / 2.0, (small_height - 1) / 2.0};
  const Point at = map.Apply(centre), right = map.Apply(centre + Point{1, 0}) - at;
  return {at.x - centre.x, at.y - centre.y, std::log(map.ScaleAt(centre)),
          std::atan2(right.y, right.x)};
}

StatusOr<bool> DriftMeter::State::Add(const ImageView& infrared, const ImageView& visible,
                                      double seconds, const Homography& applied) {
  const bool first = report.looked_at == 0;
  if (!first && !(seconds - last_seconds >= options.interval_s)) {
    if (seconds < last_seconds) last_seconds = seconds;
    return false;
  }
  if (!first && (infrared.width != width || infrared.height != height)) {
    return InvalidArgument("infrared is " + std::to_string(infrared.width) + "x" +
                           std::to_string(infrared.height) + ", in the first pair it is " +
                           std::to_string(width) + "x" + std::to_string(height));
  }
  SEAFUSION_ASSIGN_OR_RETURN(SearchFrame pair, SmallPair(infrared, visible));
  const double passed = first ? 0 : seconds - last_seconds;
  last_seconds = seconds;
  try {
    width = infrared.width;
    height = infrared.height;
    small_width = pair.infrared.width();
    small_height = pair.infrared.height();
    ++report.looked_at;
    const Homography small = ToSmall(), large = small.Inverse().value_or(Homography{});
    Look look{std::move(pair), small * applied * large, {}};
    SEAFUSION_RETURN_IF_ERROR(LookAgain(look));
    looks.push_back(std::move(look));
    if (looks.size() > static_cast<std::size_t>(kPairs)) looks.pop_front();

    const bool agree = looks.size() >= kRecent && Agree(kRecent);
    if (agree) {
      lost = 0;
      patience = kPatience;
      SEAFUSION_RETURN_IF_ERROR(Estimate());
    } else if (looks.size() >= kRecent && ++lost > patience) {
      SEAFUSION_RETURN_IF_ERROR(SearchLost());
    }
    if (report.known) Follow(passed);
    return true;
  } catch (const std::bad_alloc&) {
    return OutOfMemory("to measure drift");
  }
}

// The pair's surfaces at reference: a picture that was corrected is off by the rest.
Status DriftMeter::State::LookAgain(Look& look) const {
  const Homography rest = look.applied.Inverse().value_or(Homography{}) * reference;
  SEAFUSION_ASSIGN_OR_RETURN(
      look.surfaces,
      SurfacesOfFrame(look.pair, {rest, {}}, SmallLevel(look.pair, kRadius), nullptr));
  return OkStatus();
}

// Whether the newest pairs lie where reference says.
bool DriftMeter::State::Agree(std::size_t newest) const {
  SurfaceSum sum(small_width, small_height, SmallLevel(looks.front().pair, kRadius));
  for (std::size_t i = looks.size() - newest; i < looks.size(); ++i) sum.Add(looks[i].surfaces);
  Evidence e;
  MeasureAgreement(sum.Mean(), e);
  return e.inliers >= kLeastInliers && e.coverage >= kLeastCoverage;
}

Status DriftMeter::State::Estimate() {
  // Twice at most: where the estimate leaves the middle of the surfaces, they are made anew there.
  for (int round = 0; round < 2; ++round) {
    SurfaceSum sum(small_width, small_height, SmallLevel(looks.front().pair, kRadius));
    for (const Look& look : looks) sum.Add(look.surfaces);
    const BlockSurfaces surfaces = sum.Mean();
    const CameraMap at{reference, {}};
    const SurfaceFit fit(surfaces, at, small_width, small_height, {.penalty = kStiffPenalty});
    const CameraMap changed = fit.Changed(at, fit.Climb(MapChange{}, 20).first);
    if (!changed.map.TameOn(small_width, small_height)) return OkStatus();
    found = changed.map;
    const Homography away = found * reference.Inverse().value_or(Homography{});
    if (MeanMove(away, small_width, small_height) <= kReach) break;
    reference = found;
    for (Look& look : looks) SEAFUSION_RETURN_IF_ERROR(LookAgain(look));
  }
  if (looks.size() < static_cast<std::size_t>(kPairs) && !has_start) return OkStatus();
  if (!has_start) {
    has_start = true;
    start = found;
    report.start_px = Pixels(MeanMove(found, small_width, small_height));
  }
  const Homography since = found * start.Inverse().value_or(Homography{});
  const Motion motion = MotionOf(since);
  report.known = true;
  report.moved_px = Pixels(MeanMove(since, small_width, small_height));
  report.shift_x = Pixels(motion.x);
  report.shift_y = Pixels(motion.y);
  report.scale = std::exp(motion.log_scale);
  report.degrees = motion.angle * 180 / std::numbers::pi;
  return OkStatus();
}

// The newest pairs are not where the others were. Where they agree on another place, the older ones
// are forgotten; where they do not, the next search waits longer.
Status DriftMeter::State::SearchLost() {
  std::vector<const SearchFrame*> newest;
  for (std::size_t i = looks.size() - kSearched; i < looks.size(); ++i) {
    newest.push_back(&looks[i].pair);
  }
  lost = 0;
  patience = std::min(2 * std::max(patience, kPatience), kMostPatience);
  SEAFUSION_ASSIGN_OR_RETURN(const CameraMap map, SearchWidely(newest, {}));
  const Homography before = reference;
  reference = (looks.back().applied * map.map).Normalised();
  std::vector<FrameSurfaces> kept;
  const std::size_t first = looks.size() - kRecent;
  for (std::size_t i = first; i < looks.size(); ++i) {
    kept.push_back(looks[i].surfaces);
    SEAFUSION_RETURN_IF_ERROR(LookAgain(looks[i]));
  }
  if (Agree(kRecent)) {
    looks.erase(looks.begin(), looks.begin() + static_cast<std::ptrdiff_t>(first));
    patience = kPatience;
    return Estimate();
  }
  reference = before;
  for (std::size_t i = 0; i < kept.size(); ++i) looks[first + i].surfaces = std::move(kept[i]);
  return OkStatus();
}

// A first-order lag behind what was found, held within the limits.
void DriftMeter::State::Follow(double passed) {
  Motion goal = MotionOf(found * start.Inverse().value_or(Homography{}));
  const auto size = [&](const Motion& m) {
    return Pixels(MeanMove(MapOf(m), small_width, small_height));
  };
  if (const double way = size(goal); way > options.most_px) {
    goal = Scaled(goal, options.most_px / way);
  }
  Motion step{goal.x - followed.x, goal.y - followed.y, goal.log_scale - followed.log_scale,
              goal.angle - followed.angle};
  step = Scaled(step, 1 - std::exp(-passed / kTimeConstant));
  if (const double way = size(step), most = options.speed_px_per_s * passed; way > most) {
    step = Scaled(step, most / way);
  }
  followed = {followed.x + step.x, followed.y + step.y, followed.log_scale + step.log_scale,
              followed.angle + step.angle};
  const Homography small = ToSmall(), large = small.Inverse().value_or(Homography{});
  Homography now = MapOf(followed);
  if (const double way = Pixels(MeanMove(now, small_width, small_height));
      way > options.most_px) {  // on the way from one edge of the limit to another
    now = MapOf(Scaled(followed, options.most_px / way));
  }
  const Homography next = (large * now * small).Normalised();
  const Homography away = next * correction.Inverse().value_or(Homography{});
  if (MeanMove(away, width, height) * options.infrared_scale >= kStep) correction = next;
}

}  // namespace seafusion::align
