// A look for where pictures lie that do not lie on each other: a similarity, roughly and cheaply.
#ifndef SEAFUSION_ALIGN_WATCH_WIDE_SEARCH_H_
#define SEAFUSION_ALIGN_WATCH_WIDE_SEARCH_H_

#include <span>
#include <vector>

#include <seafusion/status.h>

#include "align/geometry/homography.h"
#include "align/search/features/frame_pair.h"
#include "align/search/fit/block_surfaces.h"
#include "core/run_monitor.h"

namespace seafusion::align {

/// The level at which small pairs (small_pair.h) are looked at, with shifts up to `radius`.
SurfaceLevel SmallLevel(const SearchFrame& frame, int radius);

/// The best map with rotations to about 8 degrees, scales to about 10 % and shifts to a fifth of
/// the width. All frames of one size; two or three are enough. About 60 ms a frame. Errors:
/// kCancelled.
StatusOr<CameraMap> SearchWidely(std::span<const SearchFrame* const> frames,
                                 const RunMonitor& monitor);

}  // namespace seafusion::align

#endif  // SEAFUSION_ALIGN_WATCH_WIDE_SEARCH_H_
