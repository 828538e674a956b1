// Which part of a long list this process does, when many processes share it.
#ifndef SEAFUSION_BATCH_SHARD_H_
#define SEAFUSION_BATCH_SHARD_H_

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include <seafusion/status.h>

namespace seafusion::batch {

/// Item n of a list belongs to this process when n mod count is index.
struct Shard {
  std::uint64_t index = 0;
  std::uint64_t count = 1;
  bool Has(std::uint64_t item) const { return item % count == index; }
};

/// Value of an environment variable.
using Environment = std::function<std::optional<std::string>(const char* name)>;
/// That of this process.
std::optional<std::string> ProcessEnvironment(const char* name);

/// "I/N" with 0 <= I < N; "auto", which takes both from what mpirun, srun or a Slurm array set; or
/// "auto/N", which takes I from there or from a Kubernetes indexed job, whose environment does not
/// tell N. In a Slurm array of jobs of several tasks, all tasks of all jobs share the list.
/// kInvalidArgument names what is missing or wrong.
StatusOr<Shard> ParseShard(std::string_view text, const Environment& environment);

}  // namespace seafusion::batch

#endif  // SEAFUSION_BATCH_SHARD_H_
