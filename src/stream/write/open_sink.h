// Where a fusion of streams writes to.
#ifndef SEAFUSION_STREAM_WRITE_OPEN_SINK_H_
#define SEAFUSION_STREAM_WRITE_OPEN_SINK_H_

#include <seafusion/status.h>

#include "stream/frame_source.h"
#include "stream/stream_settings.h"

namespace seafusion::stream {

/// Refuses outputs that exist, cannot be written or are an input, before any work is begun, and
/// makes the folder of an output of pictures.
Status CheckSink(const StreamSettings& settings);

/// What makes the sink out of its first frame, at the rate and with the pixels of the visible
/// stream, and its sound where it is a file. `settings` must outlive it.
MakeSink SinkMaker(const StreamSettings& settings, const StreamInfo& visible);

}  // namespace seafusion::stream

#endif  // SEAFUSION_STREAM_WRITE_OPEN_SINK_H_
