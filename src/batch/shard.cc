#include "batch/shard.h"

#include <array>
#include <cstdlib>
#include <system_error>

#include "core/status_macros.h"
#include "core/text/text_value.h"

namespace seafusion::batch {
namespace {

// Beyond this a count is a slip.
constexpr std::uint64_t kMost = 1'000'000'000;

std::optional<std::uint64_t> ParseNumber(std::string_view text) {
  const auto value = NumberIn<std::uint64_t>(text);
  return value && *value <= kMost ? value : std::nullopt;
}

// The number in a variable; nothing where it is not set.
StatusOr<std::optional<std::uint64_t>> Read(const Environment& environment, const char* name) {
  const std::optional<std::string> text = environment(name);
  if (!text) return std::optional<std::uint64_t>();
  const auto value = ParseNumber(*text);
  if (!value) {
    return InvalidArgument("the environment has " + std::string(name) + "=" + *text +
                           ", which is not a number");
  }
  return value;
}

// A place among others; count 0: the environment does not tell how many there are.
struct Place {
  std::uint64_t index, count;
};

StatusOr<std::optional<Place>> FindTask(const Environment& environment) {
  struct Launcher {
    const char* index;
    const char* count;
  };
  // Open MPI, MVAPICH, MPICH and Intel MPI, and srun last: mpirun may itself run under Slurm, where
  // the variables of the batch job are still set.
  constexpr std::array<Launcher, 4> kLaunchers = {{{"OMPI_COMM_WORLD_RANK", "OMPI_COMM_WORLD_SIZE"},
                                                   {"MV2_COMM_WORLD_RANK", "MV2_COMM_WORLD_SIZE"},
                                                   {"PMI_RANK", "PMI_SIZE"},
                                                   {"SLURM_PROCID", "SLURM_NTASKS"}}};
  for (const Launcher& launcher : kLaunchers) {
    SEAFUSION_ASSIGN_OR_RETURN(const auto index, Read(environment, launcher.index));
    SEAFUSION_ASSIGN_OR_RETURN(const auto count, Read(environment, launcher.count));
    if (index && count) return std::optional<Place>({*index, *count});
  }
  return std::optional<Place>();
}

StatusOr<std::optional<Place>> FindArray(const Environment& environment) {
  SEAFUSION_ASSIGN_OR_RETURN(const auto id, Read(environment, "SLURM_ARRAY_TASK_ID"));
  if (id) {
    SEAFUSION_ASSIGN_OR_RETURN(const auto first, Read(environment, "SLURM_ARRAY_TASK_MIN"));
    SEAFUSION_ASSIGN_OR_RETURN(const auto step, Read(environment, "SLURM_ARRAY_TASK_STEP"));
    SEAFUSION_ASSIGN_OR_RETURN(const auto count, Read(environment, "SLURM_ARRAY_TASK_COUNT"));
    const std::uint64_t stride = step.value_or(1);
    const std::uint64_t begin = first.value_or(0);
    if (stride == 0 || *id < begin || (*id - begin) % stride != 0) {
      return InvalidArgument("the SLURM_ARRAY_TASK_ variables do not fit together");
    }
    return std::optional<Place>({(*id - begin) / stride, count.value_or(0)});
  }
  SEAFUSION_ASSIGN_OR_RETURN(const auto completion, Read(environment, "JOB_COMPLETION_INDEX"));
  if (completion) return std::optional<Place>({*completion, 0});
  return std::optional<Place>();
}

StatusOr<Place> FindPlace(const Environment& environment) {
  SEAFUSION_ASSIGN_OR_RETURN(const auto task, FindTask(environment));
  SEAFUSION_ASSIGN_OR_RETURN(const auto array, FindArray(environment));
  if (task && array) {
    return Place{array->index * task->count + task->index, array->count * task->count};
  }
  if (task) return *task;
  if (array) return *array;
  return InvalidArgument(
      "auto finds no variable of mpirun, srun, a Slurm array or a Kubernetes indexed job in the "
      "environment");
}

}  // namespace

std::optional<std::string> ProcessEnvironment(const char* name) {
  const char* value = std::getenv(name);
  if (value == nullptr) return std::nullopt;
  return value;
}

StatusOr<Shard> ParseShard(std::string_view text, const Environment& environment) {
  // Appended piece by piece: GCC 12 warns about sums that begin with a short literal.
  std::string wrong = "'";
  wrong.append(text).append("' is not I/N with I from 0 to N - 1, auto, or auto/N");
  const std::size_t slash = text.find('/');
  const std::string_view index = text.substr(0, slash);
  std::optional<std::uint64_t> count;
  if (slash != std::string_view::npos) {
    count = ParseNumber(text.substr(slash + 1));
    if (!count || *count == 0) return InvalidArgument(wrong);
  }
  Place place{0, 0};
  if (index == "auto") {
    SEAFUSION_ASSIGN_OR_RETURN(place, FindPlace(environment));
    if (!count && place.count == 0) {
      return InvalidArgument("the environment tells the index, " + std::to_string(place.index) +
                             ", but not of how many; say auto/N");
    }
  } else {
    const auto number = ParseNumber(index);
    if (!number || !count) return InvalidArgument(wrong);
    place.index = *number;
  }
  const Shard shard{.index = place.index, .count = count.value_or(place.count)};
  if (shard.index >= shard.count) {
    return InvalidArgument("index " + std::to_string(shard.index) + " of " +
                           std::to_string(shard.count) + ": indices go from 0 to N - 1");
  }
  return shard;
}

}  // namespace seafusion::batch
