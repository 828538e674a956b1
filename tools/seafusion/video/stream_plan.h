// The two sources and the sink of a run of `seafusion fuse` on streams.
#ifndef SEAFUSION_TOOLS_VIDEO_STREAM_PLAN_H_
#define SEAFUSION_TOOLS_VIDEO_STREAM_PLAN_H_

#include <atomic>
#include <memory>

#include <seafusion/status.h>

#include "io/stream/frame_source.h"
#include "io/stream/fuse_streams.h"
#include "options/fuse_options.h"

namespace seafusion::tools {

struct StreamSources {
  std::unique_ptr<io::FrameSource> infrared;
  std::unique_ptr<io::FrameSource> visible;
  bool live = false;
};

/// Opens both sources, which must be of one size, and both live or neither. `cancel` interrupts.
StatusOr<StreamSources> OpenSources(const FuseOptions& options, const std::atomic<bool>& cancel);

/// Refuses outputs that exist, cannot be written or are an input, before any work is begun, and
/// makes the folder of an output of pictures.
Status CheckSink(const FuseOptions& options);

/// What makes the sink out of its first frame. `options` must outlive it.
io::MakeSink SinkMaker(const FuseOptions& options, io::FrameRate rate);

}  // namespace seafusion::tools

#endif  // SEAFUSION_TOOLS_VIDEO_STREAM_PLAN_H_
