// What became of a fusion of two streams.
#ifndef SEAFUSION_STREAM_FUSE_STREAM_REPORT_H_
#define SEAFUSION_STREAM_FUSE_STREAM_REPORT_H_

#include <optional>
#include <string>
#include <vector>

#include "align/watch/drift_meter.h"
#include "align/watch/shift_check.h"
#include "stream/fuse/fuse_streams.h"

namespace seafusion::stream {

struct StreamReport {
  Status start;  ///< Why the run could not begin.
  std::string engine;
  std::string infrared, visible, output;  ///< As the user named them.
  bool live = false;
  double seconds = 0;
  FuseStreamsResult result;
  /// What a look at the first seconds found; where there was one (StreamSettings::check).
  std::optional<align::ShiftReport> shift;
  /// How the cameras moved against each other, where that was watched, and as a sentence.
  std::optional<align::DriftReport> drift;
  std::string drift_text;
};

/// Every reason why the run was not what was asked for, one sentence each.
std::vector<std::string> Problems(const StreamReport& report);

/// The report as a JSON object with a final newline.
std::string JsonText(const StreamReport& report);

/// One sentence for people: "fused 250 frames in 12.3 s (20.3 frames/s)".
std::string SummaryText(const StreamReport& report);

}  // namespace seafusion::stream

#endif  // SEAFUSION_STREAM_FUSE_STREAM_REPORT_H_
