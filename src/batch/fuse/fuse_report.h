// What became of each pair of a run over pictures.
#ifndef SEAFUSION_BATCH_FUSE_FUSE_REPORT_H_
#define SEAFUSION_BATCH_FUSE_FUSE_REPORT_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <seafusion/status.h>

#include "align/watch/shift_check.h"
#include "batch/shard.h"

namespace seafusion::batch {

struct FuseJob {
  std::string infrared;
  std::string visible;
  std::string output;
};

struct FuseFailure {
  FuseJob job;
  std::string reason;
};

struct FuseReport {
  Status status;       ///< Why the run could not begin; else OK, whatever became of the pairs.
  std::string method;  ///< As in methods::BuiltInMethods().
  std::string engine;  ///< What did the arithmetic; empty when it could not begin.
  std::vector<FuseJob> done;
  std::vector<FuseFailure> failed;
  std::vector<FuseJob> skipped;       ///< Output existed.
  std::vector<std::string> unpaired;  ///< Pictures without a partner.
  std::vector<FuseJob> not_begun;     ///< After an interrupt, or a failure that ended the run.
  Shard shard;
  std::uint64_t elsewhere = 0;  ///< Pairs of other shards.
  bool interrupted = false;
  /// What a look at some pairs found; where there was one (FuseRunSettings::check).
  std::optional<align::ShiftReport> shift;
  double seconds = 0;
  std::uint64_t pixels = 0;  ///< Of the pairs done.

  /// All that there was to do is done.
  bool complete() const { return status.ok() && failed.empty() && !interrupted; }
};

/// The report as a JSON object with a final newline.
std::string JsonText(const FuseReport& report);

/// One sentence for people: "fused 30 pairs in 12.3 s (0.75 megapixels/s)".
std::string SummaryText(const FuseReport& report);

}  // namespace seafusion::batch

#endif  // SEAFUSION_BATCH_FUSE_FUSE_REPORT_H_
