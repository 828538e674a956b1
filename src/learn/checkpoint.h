// A training run's state in one file.
#ifndef SEAFUSION_LEARN_CHECKPOINT_H_
#define SEAFUSION_LEARN_CHECKPOINT_H_

#include <cstdint>
#include <string>

#include <seafusion/status.h>
#include <torch/optim/adam.h>

#include "learn/trainer.h"

namespace seafusion::learn {

/// TrainSettings as JSON text with every member, and back. Unknown or missing members are refused
/// by name.
std::string SettingsToJson(const TrainSettings& settings);
StatusOr<TrainSettings> SettingsFromJson(const std::string& text);

/// Written through WriteFileAtomically: a crash or a full disk leaves the previous file as it was.
Status WriteCheckpoint(const std::string& path, const TrainSettings& settings, std::uint64_t step,
                       const FusionNet& net, const torch::optim::Adam& optimizer);

struct Checkpoint {
  TrainSettings settings;
  std::uint64_t step = 0;
  FusionNet net;
  torch::serialize::InputArchive optimizer;  ///< For torch::optim::Adam::load.
};

/// Fails with kNotFound, or kCorruptData for anything that is not a complete checkpoint.
StatusOr<Checkpoint> ReadCheckpoint(const std::string& path);

}  // namespace seafusion::learn

#endif  // SEAFUSION_LEARN_CHECKPOINT_H_
