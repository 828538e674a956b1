// What became of a fusion of two streams.
#ifndef SEAFUSION_STREAM_FUSE_STREAM_REPORT_H_
#define SEAFUSION_STREAM_FUSE_STREAM_REPORT_H_

#include <string>
#include <vector>

#include "stream/fuse/fuse_streams.h"

namespace seafusion::stream {

struct StreamReport {
  Status start;  ///< Why the run could not begin.
  std::string engine;
  std::string infrared, visible, output;  ///< As the user named them.
  bool live = false;
  double seconds = 0;
  FuseStreamsResult result;
};

/// Every reason why the run was not what was asked for, one sentence each.
std::vector<std::string> Problems(const StreamReport& report);

/// The report as a JSON object with a final newline.
std::string JsonText(const StreamReport& report);

/// One sentence for people: "fused 250 frames in 12.3 s (20.3 frames/s)".
std::string SummaryText(const StreamReport& report);

}  // namespace seafusion::stream

#endif  // SEAFUSION_STREAM_FUSE_STREAM_REPORT_H_
