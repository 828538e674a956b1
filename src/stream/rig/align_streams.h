// The run behind `seafusion align` where the sources are videos, numbered pictures or cameras.
#ifndef SEAFUSION_STREAM_RIG_ALIGN_STREAMS_H_
#define SEAFUSION_STREAM_RIG_ALIGN_STREAMS_H_

#include "align/run/find_rig.h"
#include "core/run_monitor.h"

namespace seafusion::stream {

/// align::FindRig on streams: from what they show (RegisterStreams), from a board in up to
/// align::kMostBoardPairs of their frames, half a second apart, or a rig that is there already. Of
/// a live source as many frames are taken as are needed; `write` takes recordings only, whose pairs
/// become DIR/ir/000001.png and so on. Other ways to a rig need pictures: kUnsupported.
align::RigReport AlignStreams(const align::RigSettings& settings, const RunMonitor& monitor);

}  // namespace seafusion::stream

#endif  // SEAFUSION_STREAM_RIG_ALIGN_STREAMS_H_
