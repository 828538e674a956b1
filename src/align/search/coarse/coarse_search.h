// Where to begin: every scale, rotation and shift tried on small pictures, by FFT.
#ifndef SEAFUSION_ALIGN_SEARCH_COARSE_COARSE_SEARCH_H_
#define SEAFUSION_ALIGN_SEARCH_COARSE_COARSE_SEARCH_H_

#include <span>
#include <vector>

#include <seafusion/status.h>

#include "align/geometry/homography.h"
#include "align/registration.h"
#include "align/search/features/frame_pair.h"
#include "core/cpu/thread_pool.h"
#include "core/run_monitor.h"

namespace seafusion::align {

struct CoarseCandidate {
  double score = 0;  ///< Correlation over what wrong places of this scale have, about 1 to 4.
  Homography map;    ///< Visible to infrared pixels: near a similarity.
};

/// The best few maps that differ from each other, best first: similarities, bent as parts of
/// the infrared picture ask for. All frames must have the sizes of the first. The same whatever the
/// number of threads. Errors: kCancelled.
StatusOr<std::vector<CoarseCandidate>> CoarseSearch(std::span<const SearchFrame* const> frames,
                                                    FieldRatio ratio, ThreadPool& pool,
                                                    const RunMonitor& monitor);

}  // namespace seafusion::align

#endif  // SEAFUSION_ALIGN_SEARCH_COARSE_COARSE_SEARCH_H_
