#include "align/watch/wide_search.h"

#include <cstdint>

#include "align/search/coarse/coarse_search.h"
#include "align/search/fit/surface_fit.h"
#include "core/cpu/thread_pool.h"
#include "core/status_macros.h"

namespace seafusion::align {
namespace {

constexpr int kCell = 10;               // px of the small pictures
constexpr int kRadius = 9;              // likewise
constexpr std::size_t kCandidates = 2;  // that are refined
constexpr std::uint64_t kSeed = 1;

}  // namespace

SurfaceLevel SmallLevel(const SearchFrame& frame, int radius) {
  return {frame.infrared.width(), radius, kCell};
}

StatusOr<CameraMap> SearchWidely(std::span<const SearchFrame* const> frames,
                                 const RunMonitor& monitor) {
  SEAFUSION_ASSIGN_OR_RETURN(const auto pool, ThreadPool::Create(1));
  SEAFUSION_ASSIGN_OR_RETURN(std::vector<CoarseCandidate> candidates,
                             CoarseSearch(frames, {1, 1}, *pool, monitor));
  if (candidates.size() > kCandidates) candidates.resize(kCandidates);
  const SearchFrame& first = *frames.front();
  const int width = first.infrared.width(), height = first.infrared.height();
  double best_score = -1;
  CameraMap best;
  for (std::size_t i = 0; i < candidates.size(); ++i) {
    const CameraMap map{candidates[i].map, {}};
    SEAFUSION_ASSIGN_OR_RETURN(
        const BlockSurfaces surfaces,
        ComputeBlockSurfaces(frames, map, SmallLevel(first, kRadius), nullptr, monitor));
    const SurfaceFit fit(surfaces, map, width, height, {.penalty = kStiffPenalty});
    const auto [change, score] = fit.Climb(fit.Search(0.3 * kRadius, 0.02, kSeed, i));
    const CameraMap changed = fit.Changed(map, change);
    if (score > best_score && changed.map.TameOn(width, height)) {
      best_score = score;
      best = changed;
    }
  }
  return best;
}

}  // namespace seafusion::align
