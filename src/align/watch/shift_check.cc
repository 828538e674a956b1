#include "align/watch/shift_check.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <new>
#include <numbers>
#include <optional>
#include <utility>
#include <vector>

#include "align/geometry/homography.h"
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

constexpr int kNear = 4;              // radius of the surfaces, px of the small pictures
constexpr std::size_t kSearched = 3;  // pairs that the wide search looks at

// Set on pairs of MSRS, RoadScene, TNO, M3FD, FMB, LLVIP and M3SVD (bench/shift_rate.cc).
constexpr double kStillInliers = 0.45, kStillCoverage = 0.6;  // at least, to be at rest
constexpr double kStillMove = 0.01;                           // share of the width, at most
constexpr double kLeastMove = 0.014;                          // to warn
constexpr double kLeastInliers = 0.35, kLeastCoverage = 0.45;
constexpr double kLeastGain = 1.4;       // score over that of no map
constexpr double kLeastT = 2.5;          // over the blocks
constexpr double kLeastAgreeing = 0.75;  // share of the pairs

struct Look {
  std::vector<FrameSurfaces> each;
  std::optional<BlockSurfaces> all;
};

StatusOr<Look> LookAt(std::span<const SearchFrame* const> frames, const CameraMap& map,
                      const RunMonitor& monitor) {
  const GrayPyramid& first = frames.front()->infrared;
  const SurfaceLevel level = SmallLevel(*frames.front(), kNear);
  SurfaceSum sum(first.width(), first.height(), level);
  Look look;
  for (const SearchFrame* frame : frames) {
    if (monitor.Stopped()) return Cancelled("stopped while pictures were checked");
    SEAFUSION_ASSIGN_OR_RETURN(FrameSurfaces one, SurfacesOfFrame(*frame, map, level, nullptr));
    sum.Add(one);
    look.each.push_back(std::move(one));
  }
  look.all = sum.Mean();
  return look;
}

double MeanOver(std::span<const double> values, std::span<const double> weights) {
  double sum = 0;
  for (std::size_t i = 0; i < values.size(); ++i) sum += values[i] * weights[i];
  return sum;
}

// Score of each pair by itself where `change` puts its blocks.
std::vector<double> ScoresAlone(const Look& look, const SearchFrame& first, const CameraMap& map,
                                const MapChange& change) {
  std::vector<double> scores;
  for (const FrameSurfaces& frame : look.each) {
    SurfaceSum alone(first.infrared.width(), first.infrared.height(), SmallLevel(first, kNear));
    alone.Add(frame);
    const BlockSurfaces surfaces = alone.Mean();
    const SurfaceFit fit(surfaces, map, first.infrared.width(), first.infrared.height(), {});
    scores.push_back(MeanOver(fit.BlockValues(change), fit.weights()));
  }
  return scores;
}

std::vector<const SearchFrame*> EvenlySpread(const std::vector<const SearchFrame*>& all,
                                             std::size_t count) {
  if (all.size() <= count) return all;
  std::vector<const SearchFrame*> r;
  for (std::size_t i = 0; i < count; ++i) r.push_back(all[i * (all.size() - 1) / (count - 1)]);
  return r;
}

void Describe(const Homography& map, double to_pixels, ShiftReport& r, int width, int height) {
  const Point centre{(width - 1) / 2.0, (height - 1) / 2.0};
  const Point shift = map.Apply(centre) - centre;
  const Point right = map.Apply(centre + Point{1, 0}) - map.Apply(centre);
  r.shift_x = shift.x * to_pixels;
  r.shift_y = shift.y * to_pixels;
  r.scale = map.ScaleAt(centre);
  r.degrees = std::atan2(right.y, right.x) * 180 / std::numbers::pi;
  r.basis.move = MeanMove(map, width, height) / width;
  r.move_px = r.basis.move * width * to_pixels;
}

}  // namespace

struct ShiftCheck::State {
  std::vector<SearchFrame> pairs;
  int width = 0, height = 0;  // of the pictures as they came
};

ShiftCheck::ShiftCheck() : state_(std::make_unique<State>()) {}
ShiftCheck::ShiftCheck(ShiftCheck&&) noexcept = default;
ShiftCheck& ShiftCheck::operator=(ShiftCheck&&) noexcept = default;
ShiftCheck::~ShiftCheck() = default;

int ShiftCheck::pairs() const {
  return static_cast<int>(state_->pairs.size());
}

Status ShiftCheck::Add(const ImageView& infrared, const ImageView& visible) {
  if (full()) {
    return ResourceExhausted("a check takes at most " + std::to_string(kMostPairs) + " pairs");
  }
  if (!state_->pairs.empty() &&
      (infrared.width != state_->width || infrared.height != state_->height)) {
    return InvalidArgument("infrared is " + std::to_string(infrared.width) + "x" +
                           std::to_string(infrared.height) + ", in the first pair it is " +
                           std::to_string(state_->width) + "x" + std::to_string(state_->height));
  }
  SEAFUSION_ASSIGN_OR_RETURN(SearchFrame pair, SmallPair(infrared, visible));
  state_->pairs.push_back(std::move(pair));
  state_->width = infrared.width;
  state_->height = infrared.height;
  return OkStatus();
}

StatusOr<ShiftReport> ShiftCheck::Check(const RunMonitor& monitor) const {
  if (state_->pairs.empty()) return InvalidArgument("no pairs to check");
  try {
    std::vector<const SearchFrame*> frames;
    for (const SearchFrame& f : state_->pairs) frames.push_back(&f);
    const SearchFrame& first = state_->pairs.front();
    const int width = first.infrared.width(), height = first.infrared.height();
    ShiftReport r;
    r.pairs = pairs();

    SEAFUSION_ASSIGN_OR_RETURN(const Look still, LookAt(frames, {}, monitor));
    const SurfaceFit still_fit(*still.all, {}, width, height, {.penalty = kStiffPenalty});
    r.basis.still_score = MeanOver(still_fit.BlockValues({}), still_fit.weights());
    Evidence still_evidence;
    MeasureAgreement(*still.all, still_evidence);
    r.basis.still_inliers = still_evidence.inliers;
    r.basis.still_coverage = still_evidence.coverage;
    const Homography near = still_fit.Changed({}, still_fit.Climb({}).first).map;
    Describe(near, static_cast<double>(state_->width) / width, r, width, height);
    if (r.basis.still_inliers >= kStillInliers && r.basis.still_coverage >= kStillCoverage &&
        r.basis.move <= kStillMove) {
      r.verdict = ShiftVerdict::kRegistered;
      return r;
    }

    SEAFUSION_ASSIGN_OR_RETURN(const CameraMap map,
                               SearchWidely(EvenlySpread(frames, kSearched), monitor));
    SEAFUSION_ASSIGN_OR_RETURN(const Look moved, LookAt(frames, map, monitor));
    const SurfaceFit fit(*moved.all, map, width, height, {.penalty = kStiffPenalty});
    const MapChange change = fit.Climb({}, 25).first;
    const std::vector<double> values = fit.BlockValues(change);
    r.basis.score = MeanOver(values, fit.weights());
    // The blocks are the infrared picture's in both cases: their values can be paired.
    r.basis.t_blocks = PairedT(values, still_fit.BlockValues({}), fit.weights());
    Evidence evidence;
    MeasureAgreement(*moved.all, evidence);
    r.basis.inliers = evidence.inliers;
    r.basis.coverage = evidence.coverage;
    Describe(fit.Changed(map, change).map, static_cast<double>(state_->width) / width, r, width,
             height);
    const std::vector<double> with = ScoresAlone(moved, first, map, change);
    const std::vector<double> without = ScoresAlone(still, first, {}, {});
    double sum = 0, square = 0;
    for (std::size_t k = 0; k < with.size(); ++k) {
      const double gain = with[k] - without[k];
      if (gain > 0) ++r.agreeing;
      sum += gain;
      square += gain * gain;
    }
    const auto n = static_cast<double>(with.size());
    const double variance = std::max(square / n - sum / n * sum / n, 0.0);
    r.basis.t_pairs = n < 2 ? 0 : sum / n / std::sqrt(variance / (n - 1) + 1e-10);
    if (r.basis.move >= kLeastMove && r.basis.inliers >= kLeastInliers &&
        r.basis.coverage >= kLeastCoverage && r.basis.score >= kLeastGain * r.basis.still_score &&
        r.basis.t_blocks >= kLeastT && r.agreeing >= kLeastAgreeing * r.pairs) {
      r.verdict = ShiftVerdict::kShifted;
    }
    return r;
  } catch (const std::bad_alloc&) {
    return OutOfMemory("to check whether pictures are shifted");
  }
}

std::string WarningText(const ShiftReport& report) {
  if (report.verdict != ShiftVerdict::kShifted) return "";
  char text[160];
  std::snprintf(text, sizeof text, "the pictures look shifted by about %.0f pixels",
                report.move_px);
  std::string r = text;
  if (std::abs(report.degrees) >= 1) {
    std::snprintf(text, sizeof text, ", turned by %.0f degrees", std::abs(report.degrees));
    r += text;
  }
  if (std::abs(report.scale - 1) >= 0.03) {
    std::snprintf(text, sizeof text, ", of another scale by %.0f %%",
                  100 * std::abs(report.scale - 1));
    r += text;
  }
  std::snprintf(text, sizeof text, " (%d of %d pair%s); see seafusion align", report.agreeing,
                report.pairs, report.pairs == 1 ? " agrees" : "s agree");
  return r + text;
}

}  // namespace seafusion::align
