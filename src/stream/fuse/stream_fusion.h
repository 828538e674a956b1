// A whole fusion of two streams: opened, paired, fused, written.
#ifndef SEAFUSION_STREAM_FUSE_STREAM_FUSION_H_
#define SEAFUSION_STREAM_FUSE_STREAM_FUSION_H_

#include "core/run_monitor.h"
#include "stream/fuse/stream_report.h"
#include "stream/stream_settings.h"

namespace seafusion::stream {

/// Fuses until a stream, the sink, the settings or the monitor end it; Problems() says whether the
/// report is of what was asked for. Progress counts "frames" of "fuse". Every frame that the report
/// counts is in the output, also after a failure. Blocks; any number of runs may go on at once.
StreamReport RunStreamFusion(const StreamSettings& settings, const RunMonitor& monitor = {});

}  // namespace seafusion::stream

#endif  // SEAFUSION_STREAM_FUSE_STREAM_FUSION_H_
