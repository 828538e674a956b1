// A training run of the fusion network, from its folder of pairs to its weights. Without LibTorch.
#ifndef SEAFUSION_LEARN_RUN_TRAINING_RUN_H_
#define SEAFUSION_LEARN_RUN_TRAINING_RUN_H_

#include <cstdint>
#include <string>
#include <vector>

#include <seafusion/status.h>

#include "core/run_monitor.h"
#include "learn/data/decoded_pair.h"
#include "learn/joint/content_settings.h"
#include "learn/joint/joint_choice.h"

namespace seafusion::learn {

struct TrainingSettings {
  std::string data;     ///< Folder of pairs or pack, see PairDataset::Load.
  std::string out;      ///< The run's folder, see RunFolder.
  std::string val;      ///< Pairs to measure on; may be empty.
  PairPlacing placing;  ///< Of `data` and `val`.
  bool resume = false;
  int checkpoint_every = 120;  ///< Seconds.
  int workers = 1;             ///< Threads that make batches.
  int threads = 0;             ///< 0: all processors.
  std::string device = "cpu";  ///< cpu, cuda or cuda:N.

  /// Content-only training of one stage. A resumed run keeps its settings: those of `given`, the
  /// members that were asked for ("final_lr" or "--final-lr"), must be the same.
  ContentSettings content;
  std::vector<std::string> given;
  std::uint64_t val_every = 0;  ///< Steps; 0: at the end.

  /// Joint training instead: stages, by `choice`. Without it a run is resumed as what it is, unless
  /// something is `given`.
  bool joint = false;
  JointChoice choice;
  std::string init;               ///< Fusion weights to begin with; may be empty.
  std::string init_segmentation;  ///< A segmentation network's file, likewise.
  std::string pictures, labels;   ///< In place of `data`, see PairDataset::LoadLabelled.
  int process_timeout = 300;      ///< Seconds that one of several processes may keep the others.
};

/// Trains, or goes on, to the end; returns the path of the weights. The run is saved whatever ends
/// it; kCancelled says after which step. Reports steps and says what each stage came to. Sets what
/// LibTorch keeps for the whole process, see SetUpTorch. Where mpirun, srun or torchrun has started
/// several processes, they train together and process 0 writes; the others return an empty path,
/// and kCancelled without a message. Two runs in one process one after the other.
StatusOr<std::string> RunTraining(const TrainingSettings& settings, const RunMonitor& monitor);

/// RunTraining of one kind.
StatusOr<std::string> RunContentTraining(const TrainingSettings& settings,
                                         const RunMonitor& monitor);
StatusOr<std::string> RunJointTraining(const TrainingSettings& settings, const RunMonitor& monitor);

}  // namespace seafusion::learn

#endif  // SEAFUSION_LEARN_RUN_TRAINING_RUN_H_
