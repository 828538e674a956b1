// A run of LiteTrainer, from its data to its weights. Without LibTorch.
#ifndef SEAFUSION_LEARN_LITE_LITE_RUN_H_
#define SEAFUSION_LEARN_LITE_LITE_RUN_H_

#include <cstdint>
#include <string>
#include <vector>

#include <seafusion/status.h>

#include "core/run_monitor.h"
#include "learn/data/decoded_pair.h"
#include "learn/lite/lite_settings.h"

namespace seafusion::learn {

/// How a user says what to train; each takes effect after those before it.
struct LiteChoice {
  std::string preset = "lite";   ///< See LitePreset.
  std::string config;            ///< JSON file of settings; may be empty.
  std::vector<std::string> set;  ///< "steps=100"
};

/// The settings that these amount to; where `begun` is given, on top of those of a run to resume,
/// of which the preset must say the network. Fails with what is wrong, naming the file or
/// assignment.
StatusOr<LiteSettings> ChosenLiteSettings(const LiteChoice& choice,
                                          const LiteSettings* begun = nullptr);

struct LiteRunSettings {
  std::vector<std::string> data;  ///< The mix, see ParseMix.
  std::string out;                ///< The run's folder, see RunFolder.
  std::string val;                ///< Pairs to measure on; may be empty.
  std::string init;               ///< Weights to begin with, see LoadWeights; empty: fresh ones.
  PairPlacing placing;            ///< Of data and val.
  bool resume = false;            ///< With the settings that the run was begun with.
  LiteChoice choice;
  std::uint64_t val_every = 0;  ///< Steps; 0: at the end.
  int checkpoint_every = 120;   ///< Seconds.
  int threads = 0;              ///< 0: all processors.
  std::string device = "cpu";   ///< cpu, cuda or cuda:N.
};

/// Trains, or goes on, to the end; returns the path of the weights. The run is saved whatever ends
/// it; kCancelled says after which step. A resumed run refuses a choice that would change its
/// settings, or the weights of the mix; the folders of the mix may have moved. With one thread and
/// one seed the weights are the same again. Reports steps. Sets what LibTorch keeps for the whole
/// process, see SetUpTorch.
StatusOr<std::string> RunLiteTraining(const LiteRunSettings& settings, const RunMonitor& monitor);

}  // namespace seafusion::learn

#endif  // SEAFUSION_LEARN_LITE_LITE_RUN_H_
