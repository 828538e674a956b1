// Which of the processes of a training run this one is: what mpirun, srun and torchrun tell the
// processes that they start. Without LibTorch.
#ifndef SEAFUSION_LEARN_PARALLEL_PROCESS_PLACE_H_
#define SEAFUSION_LEARN_PARALLEL_PROCESS_PLACE_H_

#include <functional>
#include <optional>
#include <string>

#include <seafusion/status.h>

namespace seafusion::learn {

/// One process of `size`; alone by default.
struct ProcessPlace {
  int rank = 0;
  int size = 1;
  int local_rank = 0;  ///< Among those on its machine: the number of its GPU.
  int local_size = 1;
  /// Where the processes find each other: process 0 listens there.
  std::string address = "127.0.0.1";
  int port = 29500;
  /// torchrun listens there itself, also for process 0, and keeps the run's entries apart from
  /// others by this prefix. Empty: process 0 listens.
  std::string agent_prefix;

  bool alone() const { return size == 1; }
  /// Whether all processes are on one machine, as far as the address tells.
  bool on_one_machine() const;
};

/// Value of a variable, none where it is not set.
using Environment = std::function<std::optional<std::string>(const char* name)>;

/// The first of these that is there:
/// 1. RANK and WORLD_SIZE, with LOCAL_RANK and LOCAL_WORLD_SIZE (torchrun, or set by hand);
/// 2. Open MPI's OMPI_COMM_WORLD_RANK and _SIZE, _LOCAL_RANK, _LOCAL_SIZE;
/// 3. PMI_RANK and PMI_SIZE (MPICH, Intel MPI), MPI_LOCALRANKID, MPI_LOCALNRANKS;
/// 4. Slurm's SLURM_PROCID and SLURM_STEP_NUM_TASKS, SLURM_LOCALID. Those of a step: SLURM_NTASKS
///    is also set in a batch script, where the command runs once.
/// MASTER_ADDR and MASTER_PORT say where they meet. Without them: this machine where all are on it,
/// Slurm's first node, port 29500 or, with Slurm, one of the job's own. Fails with
/// kInvalidArgument, naming the variable, when one is missing or no number of the kind.
StatusOr<ProcessPlace> FindProcessPlace(const Environment& environment);

/// FindProcessPlace on this process's own environment.
StatusOr<ProcessPlace> FindProcessPlace();

}  // namespace seafusion::learn

#endif  // SEAFUSION_LEARN_PARALLEL_PROCESS_PLACE_H_
