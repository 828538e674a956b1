// A start for a fit out of single blocks' peaks.
#ifndef SEAFUSION_ALIGN_SEARCH_COARSE_PEAK_SEARCH_H_
#define SEAFUSION_ALIGN_SEARCH_COARSE_PEAK_SEARCH_H_

#include <cstdint>

#include "align/search/fit/block_surfaces.h"
#include "align/search/fit/surface_fit.h"

namespace seafusion::align {

/// The change of the best objective among those that put two, three or four blocks, drawn at
/// random, on peaks of their surfaces, each fitted to all blocks with a peak near by: what sampling
/// consensus does with matched points, with the fit's own objective in place of a count of inliers,
/// and several peaks a block in place of one match. `fit` is of these surfaces. No change where no
/// block has a peak.
MapChange SearchPeaks(const BlockSurfaces& surfaces, const SurfaceFit& fit, std::uint64_t seed,
                      std::uint64_t place);

}  // namespace seafusion::align

#endif  // SEAFUSION_ALIGN_SEARCH_COARSE_PEAK_SEARCH_H_
