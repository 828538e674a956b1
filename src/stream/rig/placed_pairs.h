// Frames of two cameras that do not look alike, brought onto a rig's canvas.
#ifndef SEAFUSION_STREAM_RIG_PLACED_PAIRS_H_
#define SEAFUSION_STREAM_RIG_PLACED_PAIRS_H_

#include <memory>

#include <seafusion/status.h>

#include "align/place/placed_sources.h"
#include "stream/rig/drift_watch.h"
#include "stream/sync/stream_pairs.h"

namespace seafusion::stream {

/// kInvalidArgument, naming rig, stream and sizes, unless the streams are of the rig's cameras.
Status CheckCameras(const align::OpenedRig& rig, const StreamInfo& infrared,
                    const StreamInfo& visible);

/// The pairs of a source on the canvas, each frame warped once, however many pairs it is in. Times
/// count from the first pair that comes through. A frame that cannot be warped ends both streams,
/// with the reason in the visible one's counts. `drift`, where given, sees them and says how they
/// are placed; it outlives them.
std::unique_ptr<PairSource> PlacePairs(std::unique_ptr<PairSource> pairs,
                                       const align::OpenedRig& rig, DriftWatch* drift = nullptr);

}  // namespace seafusion::stream

#endif  // SEAFUSION_STREAM_RIG_PLACED_PAIRS_H_
