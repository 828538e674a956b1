#include "align/search/coarse/candidate_maps.h"

#include <algorithm>
#include <cstddef>
#include <optional>

#include "align/search/coarse/coarse_search.h"
#include "align/search/features/infrared_level.h"
#include "core/status_macros.h"

namespace seafusion::align {
namespace {

struct Round {
  SurfaceLevel level;
  std::size_t kept;  // of those before, best first
  bool own_penalty;
};
// Corners may have to move by more than a level's radius: hence two rounds at the first.
constexpr Round kRounds[] = {
    {kCoarseLevel, 32, false}, {kCoarseLevel, 6, false}, {kMediumLevel, 3, true}};
constexpr double kSame = 0.02;       // share of the width: maps nearer than this are one
constexpr double kDifferent = 0.06;  // maps further off than this are others
constexpr double kNoRunnerUp = 0.3;  // relative score taken where there is none

// How far the infrared picture's corners lie apart as two maps see them, share of the width.
double Apart(const CameraMap& a, const CameraMap& b, int width, int height) {
  const std::optional<Homography> inverse = b.map.Inverse();
  if (!inverse) return 0;
  return DistanceOfCorners(a.map * *inverse, Homography{}, width, height).mean / width;
}

void SortAndThin(std::vector<RefinedMap>& maps, int width, int height) {
  std::stable_sort(maps.begin(), maps.end(),
                   [](const RefinedMap& a, const RefinedMap& b) { return a.Rank() > b.Rank(); });
  std::vector<RefinedMap> kept;
  for (const RefinedMap& m : maps) {
    const bool known = std::any_of(kept.begin(), kept.end(), [&](const RefinedMap& other) {
      return Apart(m.map, other.map, width, height) <= kSame;
    });
    if (!known) kept.push_back(m);
  }
  maps = kept;
}

}  // namespace

StatusOr<CandidateMaps> FindCandidateMaps(std::span<const SearchFrame* const> frames,
                                          const CandidateOptions& options, ThreadPool& pool,
                                          const RunMonitor& monitor) {
  const GrayPyramid &infrared = frames.front()->infrared, &visible = frames.front()->visible;
  const int width = infrared.width(), height = infrared.height();
  SEAFUSION_ASSIGN_OR_RETURN(const std::vector<CoarseCandidate> found,
                             CoarseSearch(frames, options.ratio, pool, monitor));
  CandidateMaps r;
  for (const CoarseCandidate& c : found) r.maps.push_back({c.score, 1, {c.map, {}}});
  if (width == visible.width() && height == visible.height()) r.maps.push_back({});
  if (r.maps.empty()) r.maps.push_back({});

  std::uint64_t place = 0;
  InfraredLevels levels(frames, frames.size());
  for (const Round& round : kRounds) {
    const SurfaceLevel level = LevelForWidth(round.level, width);
    SEAFUSION_ASSIGN_OR_RETURN(const auto known, levels.AtWidth(level.width, pool));
    if (r.maps.size() > round.kept) r.maps.resize(round.kept);
    SEAFUSION_RETURN_IF_ERROR(pool.ParallelFor(r.maps.size(), [&](std::size_t i, int) -> Status {
      RefineStep step{.seed = options.seed, .place = place + i};
      if (round.own_penalty) step.penalty = options.penalty;
      SEAFUSION_ASSIGN_OR_RETURN(
          r.maps[i], RefineMap(frames, r.maps[i].map, level, step, nullptr, monitor, known));
      return OkStatus();
    }));
    place += r.maps.size();
    SortAndThin(r.maps, width, height);
  }
  r.runner_up = kNoRunnerUp;
  for (const RefinedMap& other : r.maps) {
    if (Apart(other.map, r.maps.front().map, width, height) <= kDifferent) continue;
    r.runner_up = std::clamp(other.Rank() / (r.maps.front().Rank() + 1e-6), 0.0, 1.0);
    break;
  }
  return r;
}

}  // namespace seafusion::align
