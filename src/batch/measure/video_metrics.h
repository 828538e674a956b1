// Measures a fused video, frame by frame.
#ifndef SEAFUSION_BATCH_MEASURE_VIDEO_METRICS_H_
#define SEAFUSION_BATCH_MEASURE_VIDEO_METRICS_H_

#include "batch/measure/metrics_run.h"

namespace seafusion::batch {

/// As MeasurePictures, of three videos or numbered pictures: the infrared and the visible one are
/// paired as `seafusion fuse` pairs them, and the fused one has a frame for each visible one. A
/// "pair" of the report is a frame, numbered from 1; frames without infrared partner are left out.
/// The report tells the flicker, too.
/// Errors besides: kInvalidArgument (frames of three sizes; live sources), kCorruptData (a fused
/// video that ends early).
MetricsReport MeasureVideos(const MetricsRunSettings& settings, const RunMonitor& monitor);

}  // namespace seafusion::batch

#endif  // SEAFUSION_BATCH_MEASURE_VIDEO_METRICS_H_
