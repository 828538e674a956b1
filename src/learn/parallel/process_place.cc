#include "learn/parallel/process_place.h"

#include <charconv>
#include <cstdlib>
#include <string_view>

#include "core/status_macros.h"
#include "core/text/printable.h"

namespace seafusion::learn {
namespace {

constexpr int kMaxProcesses = 1 << 16;

// What a starter calls its variables.
struct Names {
  const char* rank;
  const char* size;
  const char* local_rank;
  const char* local_size;
};
constexpr Names kStarters[] = {
    {"RANK", "WORLD_SIZE", "LOCAL_RANK", "LOCAL_WORLD_SIZE"},
    {"OMPI_COMM_WORLD_RANK", "OMPI_COMM_WORLD_SIZE", "OMPI_COMM_WORLD_LOCAL_RANK",
     "OMPI_COMM_WORLD_LOCAL_SIZE"},
    {"PMI_RANK", "PMI_SIZE", "MPI_LOCALRANKID", "MPI_LOCALNRANKS"},
    {"SLURM_PROCID", "SLURM_STEP_NUM_TASKS", "SLURM_LOCALID", "SLURM_STEP_TASKS_PER_NODE"},
};
constexpr const Names& kTorchrun = kStarters[0];
constexpr const Names& kSlurm = kStarters[3];

// Leading digits; "2(x3)" is Slurm's way to write three nodes with two tasks each.
std::optional<int> LeadingNumber(std::string_view text, bool whole) {
  int value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end == text.data()) return std::nullopt;
  if (whole && end != text.data() + text.size()) return std::nullopt;
  return value;
}

StatusOr<int> Number(const char* name, const std::string& text, int least, int most) {
  const std::optional<int> value = LeadingNumber(text, true);
  if (!value || *value < least || *value > most) {
    return InvalidArgument(std::string(name) + " is \"" + Printable(text) + "\", not a number in " +
                           std::to_string(least) + ".." + std::to_string(most));
  }
  return *value;
}

// "gpu[03-07,12],big1" begins with gpu03.
std::string FirstHost(std::string_view list) {
  const std::size_t bracket = list.find('[');
  const std::size_t comma = list.find(',');
  if (bracket == std::string_view::npos || comma < bracket)
    return std::string(list.substr(0, comma));
  const std::size_t close = list.find(']', bracket);
  const std::string_view numbers = list.substr(bracket + 1, close - bracket - 1);
  std::string host(list.substr(0, bracket));
  host += numbers.substr(0, numbers.find_first_of("-,"));
  if (close != std::string_view::npos) {
    const std::string_view rest = list.substr(close + 1);
    host += rest.substr(0, rest.find(','));
  }
  return host;
}

bool IsLoopback(const std::string& address) {
  return address == "localhost" || address == "::1" || address.starts_with("127.");
}

Status FindMeetingPoint(const Environment& environment, const Names& names, ProcessPlace& place) {
  const bool slurm = &names == &kSlurm;
  if (const auto address = environment("MASTER_ADDR"); address && !address->empty()) {
    place.address = *address;
  } else if (place.local_size != place.size) {
    const auto nodes = slurm ? environment("SLURM_STEP_NODELIST") : std::nullopt;
    if (!nodes) {
      return InvalidArgument("the " + std::to_string(place.size) +
                             " processes are on several machines: set MASTER_ADDR to the name of "
                             "that of process 0");
    }
    place.address = FirstHost(*nodes);
  }
  if (const auto port = environment("MASTER_PORT")) {
    SEAFUSION_ASSIGN_OR_RETURN(place.port, Number("MASTER_PORT", *port, 1, 65535));
  } else if (const auto job = slurm ? environment("SLURM_JOB_ID") : std::nullopt) {
    // Two jobs on a node must not meet.
    if (const auto number = LeadingNumber(*job, true)) place.port = 15000 + *number % 15000;
  }
  return OkStatus();
}

}  // namespace

bool ProcessPlace::on_one_machine() const {
  return local_size == size || IsLoopback(address);
}

StatusOr<ProcessPlace> FindProcessPlace(const Environment& environment) {
  for (const Names& names : kStarters) {
    const auto rank = environment(names.rank), size = environment(names.size);
    if (!rank && !size) continue;
    // A batch script of Slurm has a number but is no step.
    if (!size && &names == &kSlurm) continue;
    if (!rank || !size) {
      return InvalidArgument(std::string(rank ? names.rank : names.size) + " is set and " +
                             (rank ? names.size : names.rank) +
                             " is not: a process of several needs both");
    }
    ProcessPlace place;
    SEAFUSION_ASSIGN_OR_RETURN(place.size, Number(names.size, *size, 1, kMaxProcesses));
    SEAFUSION_ASSIGN_OR_RETURN(place.rank, Number(names.rank, *rank, 0, place.size - 1));
    if (place.alone()) return place;
    const auto local_rank = environment(names.local_rank);
    const auto local_size = environment(names.local_size);
    place.local_size = place.size;
    place.local_rank = place.rank;
    if (local_size) {
      // Nodes of a step may have different counts; then their sum alone tells that they are many.
      const auto count = LeadingNumber(*local_size, &names != &kSlurm);
      if (!count || *count < 1 || *count > place.size) {
        return InvalidArgument(std::string(names.local_size) + " is \"" + Printable(*local_size) +
                               "\", no number of processes");
      }
      place.local_size = *count;
    } else if (const auto address = environment("MASTER_ADDR"); address && !IsLoopback(*address)) {
      place.local_size = 1;
      place.local_rank = 0;
    }
    if (local_rank) {
      SEAFUSION_ASSIGN_OR_RETURN(place.local_rank,
                                 Number(names.local_rank, *local_rank, 0, place.size - 1));
    }
    SEAFUSION_RETURN_IF_ERROR(FindMeetingPoint(environment, names, place));
    if (&names == &kTorchrun && environment("TORCHELASTIC_USE_AGENT_STORE") == "True") {
      place.agent_prefix =
          "/worker/attempt_" + environment("TORCHELASTIC_RESTART_COUNT").value_or("0");
    }
    return place;
  }
  return ProcessPlace{};
}

StatusOr<ProcessPlace> FindProcessPlace() {
  return FindProcessPlace([](const char* name) -> std::optional<std::string> {
    const char* value = std::getenv(name);
    if (value == nullptr) return std::nullopt;
    return value;
  });
}

}  // namespace seafusion::learn
