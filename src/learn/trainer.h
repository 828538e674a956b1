// Trains the fusion network on content loss alone: no labels needed (the "content-only" strategy).
#ifndef SEAFUSION_LEARN_TRAINER_H_
#define SEAFUSION_LEARN_TRAINER_H_

#include <atomic>
#include <cstdint>
#include <functional>
#include <string>

#include <seafusion/status.h>

#include <torch/optim/adam.h>

#include "learn/data/pair_dataset.h"
#include "learn/fusion_net.h"

namespace seafusion::learn {

/// Everything that decides the resulting weights.
struct TrainSettings {
  std::uint64_t seed = 1;
  std::uint64_t steps = 5000;
  int batch = 4;
  int crop = 128;              ///< Side of the square crops in pixels.
  double lr = 1e-3;            ///< Adam's peak learning rate; betas 0.9 and 0.999, eps 1e-8.
  double final_lr = 1e-5;      ///< Reached at the last step along half a cosine.
  std::uint64_t warmup = 100;  ///< Steps over which the rate rises linearly to `lr`.
};

/// Checks ranges; messages name the setting.
Status ValidateTrainSettings(const TrainSettings& settings);

/// Learning rate of a step (0-based).
double LearningRate(const TrainSettings& settings, std::uint64_t step);

/// Losses of one step, or means over a data set.
struct LossValues {
  double intensity = 0, texture = 0, content = 0;
};

struct TrainEvent {
  std::uint64_t step = 0;  ///< Steps done.
  double lr = 0;
  LossValues train;
};

/// Mean content loss of `net` over whole pictures, as published: each picture's own mean, then the
/// mean over pictures. Stops early, with kCancelled, when `stop` is set.
StatusOr<LossValues> Evaluate(const FusionNet& net, const PairDataset& data, torch::Device device,
                              const std::atomic<bool>* stop);

/// Holds network, optimiser and position of one run. Not thread-safe.
class Trainer {
 public:
  /// Fresh weights from the seed. Fails with kInvalidArgument when a setting is out of range or a
  /// picture of `data` is smaller than the crop. `data` must outlive the trainer.
  static StatusOr<Trainer> Create(const TrainSettings& settings, const PairDataset& data,
                                  torch::Device device);

  /// Continues where a checkpoint (see SaveCheckpoint) stopped, with its settings. On one thread
  /// and one device the rest of the run is bit for bit what it would have been.
  static StatusOr<Trainer> Resume(const std::string& checkpoint, const PairDataset& data,
                                  torch::Device device);

  /// Runs until `until` steps are done (at most settings().steps). `observe` is called after every
  /// step; a failure it returns ends the run. Fails with kCancelled when `stop` is set, and with
  /// kInternal, naming the term, when a loss is not finite; the network is then as it was after the
  /// last good step.
  Status Train(std::uint64_t until, const std::atomic<bool>& stop,
               const std::function<Status(const TrainEvent&)>& observe);

  /// One file, written atomically: weights, optimiser, step, settings. Crops depend on seed and
  /// step only, so there is no random state.
  Status SaveCheckpoint(const std::string& path) const;

  std::uint64_t step() const { return step_; }
  const TrainSettings& settings() const { return settings_; }
  const FusionNet& net() const { return net_; }

 private:
  Trainer(const TrainSettings& settings, const PairDataset& data, torch::Device device,
          FusionNet net);
  void MakeOptimizer();

  TrainSettings settings_;
  const PairDataset* data_;
  torch::Device device_;
  FusionNet net_;
  std::shared_ptr<torch::optim::Adam> optimizer_;
  std::uint64_t step_ = 0;
};

}  // namespace seafusion::learn

#endif  // SEAFUSION_LEARN_TRAINER_H_
