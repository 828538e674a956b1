#include "align/search/fit/refinement.h"

#include <algorithm>
#include <cstddef>

#include "align/search/coarse/peak_search.h"
#include "align/search/fit/surface_fit.h"
#include "core/status_macros.h"

namespace seafusion::align {
namespace {

constexpr int kLeastCell = 10;
constexpr std::uint64_t kPeakPlaces = 1000;  // numbers of their own beside the random search's

}  // namespace

SurfaceLevel LevelForWidth(SurfaceLevel level, int infrared_width) {
  const int nominal = level.width;
  if (level.width > 0.75 * infrared_width) level.width = infrared_width;
  // A much wider sensor is looked at reduced.
  level.width = std::min(level.width, nominal + nominal / 3);
  if (level.width < nominal) {
    level.cell = std::max(kLeastCell, level.cell * level.width / nominal);
  }
  return level;
}

std::vector<const SearchFrame*> SpreadFrames(std::span<const SearchFrame* const> frames,
                                             std::size_t count) {
  if (frames.size() <= count) return {frames.begin(), frames.end()};
  std::vector<const SearchFrame*> r;
  for (std::size_t i = 0; i < count; ++i) {
    r.push_back(frames[i * (frames.size() - 1) / (count - 1)]);
  }
  return r;
}

StatusOr<RefinedMap> RefineMap(std::span<const SearchFrame* const> frames, const CameraMap& map,
                               SurfaceLevel level, const RefineStep& step, ThreadPool* pool,
                               const RunMonitor& monitor, std::span<const InfraredLevel> infrared) {
  const GrayPyramid &first = frames.front()->infrared, &visible = frames.front()->visible;
  RefinedMap best{.map = map};
  if (!map.map.TameOn(visible.width(), visible.height())) return best;
  SEAFUSION_ASSIGN_OR_RETURN(const BlockSurfaces surfaces,
                             ComputeBlockSurfaces(frames, map, level, pool, monitor, infrared));
  const SurfaceFit fit(surfaces, map, first.width(), first.height(), {.penalty = step.penalty});
  std::vector<MapChange> starts;
  if (step.search) {
    const double spread = step.spread * level.radius;
    starts.push_back(fit.Search(0.7 * spread, spread, step.seed, step.place));
    starts.push_back(SearchPeaks(surfaces, fit, step.seed, kPeakPlaces + step.place));
  } else {
    starts.emplace_back();
  }
  for (const MapChange& start : starts) {
    const auto [change, score] = fit.Climb(start);
    if (score <= best.score) continue;
    const CameraMap changed = fit.Changed(map, change);
    if (changed.map.TameOn(visible.width(), visible.height()))
      best = {score, surfaces.seen, changed};
  }
  return best;
}

}  // namespace seafusion::align
