// A training run of a method that SeAFusion is compared with, from its folder of pairs to its
// weights. Without LibTorch.
#ifndef SEAFUSION_METHODS_LEARNED_TRAINING_METHOD_RUN_H_
#define SEAFUSION_METHODS_LEARNED_TRAINING_METHOD_RUN_H_

#include <string>

#include <seafusion/status.h>

#include "core/run_monitor.h"
#include "learn/data/decoded_pair.h"
#include "methods/learned/training/method_settings.h"

namespace seafusion::methods {

struct MethodRunSettings {
  /// What is 0 is as published, see ResolveMethodSettings. A resumed run keeps its settings, and
  /// what is not 0 must be the same.
  MethodTrainSettings training;
  bool seed_given = false;  ///< Then that, too.
  std::string data;         ///< Folder of pairs or pack, see learn::PairDataset::Load.
  learn::PairPlacing placing;
  std::string out;  ///< The run's folder, see learn::RunFolder.
  bool resume = false;
  int checkpoint_every = 120;  ///< Seconds.
  int workers = 1;             ///< Threads that cut pictures.
  int threads = 0;             ///< 0: all processors.
};

/// Trains, or goes on, to the end; returns the path of the weights. The run is saved whatever ends
/// it; kCancelled says after which step. Reports steps. Sets what LibTorch keeps for the whole
/// process, see learn::SetUpTorch.
StatusOr<std::string> RunMethodTraining(const MethodRunSettings& settings,
                                        const RunMonitor& monitor);

}  // namespace seafusion::methods

#endif  // SEAFUSION_METHODS_LEARNED_TRAINING_METHOD_RUN_H_
