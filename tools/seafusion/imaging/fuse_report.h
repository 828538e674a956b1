// What became of each pair of a run of `seafusion fuse`.
#ifndef SEAFUSION_TOOLS_IMAGING_FUSE_REPORT_H_
#define SEAFUSION_TOOLS_IMAGING_FUSE_REPORT_H_

#include <cstdint>
#include <string>
#include <vector>

#include "fuse_plan.h"

namespace seafusion::tools {

struct FuseFailure {
  FuseJob job;
  std::string reason;
};

struct FuseReport {
  std::string error;   ///< Why the run could not begin; empty otherwise.
  std::string method;  ///< As --method names it.
  std::string engine;  ///< What did the arithmetic; empty when it could not begin.
  std::vector<FuseJob> done;
  std::vector<FuseFailure> failed;
  std::vector<FuseJob> skipped;       ///< Output existed.
  std::vector<std::string> unpaired;  ///< Pictures without a partner.
  std::vector<FuseJob> not_begun;     ///< After an interrupt, or a failure that ended the run.
  Shard shard;
  std::uint64_t elsewhere = 0;  ///< Pairs of other shards.
  bool interrupted = false;
  double seconds = 0;
  std::uint64_t pixels = 0;  ///< Of the pairs done.
};

/// The report as a JSON object with a final newline.
std::string JsonText(const FuseReport& report);

/// One sentence for people: "fused 30 pairs in 12.3 s (0.75 megapixels/s)".
std::string SummaryText(const FuseReport& report);

}  // namespace seafusion::tools

#endif  // SEAFUSION_TOOLS_IMAGING_FUSE_REPORT_H_
