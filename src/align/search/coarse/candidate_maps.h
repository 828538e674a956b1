// From nothing to the few maps that the pictures speak for most.
#ifndef SEAFUSION_ALIGN_SEARCH_COARSE_CANDIDATE_MAPS_H_
#define SEAFUSION_ALIGN_SEARCH_COARSE_CANDIDATE_MAPS_H_

#include <cstdint>
#include <span>
#include <vector>

#include <seafusion/status.h>

#include "align/registration.h"
#include "align/search/features/frame_pair.h"
#include "align/search/fit/refinement.h"
#include "core/cpu/thread_pool.h"
#include "core/run_monitor.h"

namespace seafusion::align {

struct CandidateOptions {
  FieldRatio ratio;
  double penalty = 0.03;  ///< Of the last, finer rounds.
  std::uint64_t seed = 1;
};

struct CandidateMaps {
  /// Different from each other, fitted at the medium level, best first; at least one.
  std::vector<RefinedMap> maps;
  /// Score of the best map that differs from the first one over this one's, 0..1.
  double runner_up = 0;
};

/// The coarse search's candidates, and the identity where both pictures have one size, are refined
/// in rounds, each of which fewer of them reach. Errors: kCancelled, those of ThreadPool.
StatusOr<CandidateMaps> FindCandidateMaps(std::span<const SearchFrame* const> frames,
                                          const CandidateOptions& options, ThreadPool& pool,
                                          const RunMonitor& monitor);

}  // namespace seafusion::align

#endif  // SEAFUSION_ALIGN_SEARCH_COARSE_CANDIDATE_MAPS_H_
