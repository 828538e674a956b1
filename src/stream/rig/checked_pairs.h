// A look at the first pairs of a stream, whether they lie on each other at all.
#ifndef SEAFUSION_STREAM_RIG_CHECKED_PAIRS_H_
#define SEAFUSION_STREAM_RIG_CHECKED_PAIRS_H_

#include <memory>

#include "align/watch/shift_watch.h"
#include "stream/sync/stream_pairs.h"

namespace seafusion::stream {

/// The same pairs; some of the first seconds go to `watch`, which outlives them: of live ones, of
/// which no frame must wait, on a thread of its own.
std::unique_ptr<PairSource> CheckPairs(std::unique_ptr<PairSource> pairs, bool live,
                                       align::ShiftWatch& watch);

}  // namespace seafusion::stream

#endif  // SEAFUSION_STREAM_RIG_CHECKED_PAIRS_H_
