// Trains a fusion network on its sources alone, over several scales: no labels, no teacher.
#ifndef SEAFUSION_LEARN_LITE_LITE_TRAINER_H_
#define SEAFUSION_LEARN_LITE_LITE_TRAINER_H_

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include <seafusion/status.h>
#include <torch/optim/adam.h>

#include "learn/data/mix/data_mix.h"
#include "learn/lite/lite_settings.h"
#include "learn/losses/perceptual_loss.h"
#include "learn/losses/scale_loss.h"
#include "learn/networks/graph_net.h"

namespace seafusion::learn {

/// Losses of one step, or means over a data set.
struct ScaleLossValues {
  double intensity = 0, texture = 0, levels = 0, total = 0;
  double contrast = 0, structure = 0, perceptual = 0;  ///< 0 where their weight is.
};

struct LiteEvent {
  std::uint64_t step = 0;  ///< Steps done.
  double lr = 0;
  ScaleLossValues train;
};

/// Learning rate of a step (0-based): up over `warmup` steps, and down half a cosine over all.
double LearningRate(const LiteSettings& settings, std::uint64_t step);

/// Holds network, optimiser and position of one run. Not thread-safe.
class LiteTrainer {
 public:
  /// Begins with the weights of `initial`, or with fresh ones from the seed. kInvalidArgument when
  /// a setting is out of range, a picture of `data`, which must outlive the trainer, is smaller
  /// than the crop, or `initial` is of another network; kUnsupported for bf16 where the device
  /// lacks it; as PerceptualLoss::Load where the settings name a network for that.
  static StatusOr<LiteTrainer> Create(const LiteSettings& settings, const DataMix& data,
                                      torch::Device device,
                                      const model::TensorArchive* initial = nullptr);

  /// The settings of a checkpoint. Fails with kNotFound or kCorruptData.
  static StatusOr<LiteSettings> SettingsOf(const std::string& checkpoint);

  /// Continues where a checkpoint stopped, with its settings. On one thread and one device the rest
  /// of the run is bit for bit what it would have been.
  static StatusOr<LiteTrainer> Resume(const std::string& checkpoint, const DataMix& data,
                                      torch::Device device);

  /// Runs until `until` steps are done (at most settings().steps). `observe` is called after every
  /// step; a failure it returns ends the run. Fails with kCancelled when `stop` is set, and with
  /// kInternal, naming the term, when a loss is not finite; the network is then as it was after the
  /// last good step.
  Status Train(std::uint64_t until, const std::atomic<bool>& stop,
               const std::function<Status(const LiteEvent&)>& observe);

  /// Mean losses over whole pictures, each picture's own mean first. Stops early, with kCancelled,
  /// when `stop` is set.
  StatusOr<ScaleLossValues> Evaluate(const PairDataset& data, const std::atomic<bool>& stop) const;

  /// One file, written atomically: parts of the weights, optimiser, step, settings. Crops depend on
  /// seed and step only, so there is no random state.
  Status SaveCheckpoint(const std::string& path) const;

  std::uint64_t step() const { return step_; }
  const LiteSettings& settings() const { return settings_; }
  const GraphNet& net() const { return net_; }

 private:
  LiteTrainer(const LiteSettings& settings, const DataMix& data, torch::Device device,
              GraphNet net);
  ScaleLoss Loss(const torch::Tensor& fused, const torch::Tensor& vis, const torch::Tensor& inf,
                 const torch::Tensor& counted) const;

  LiteSettings settings_;
  const DataMix* data_;
  torch::Device device_;
  GraphNet net_;
  std::optional<PerceptualLoss> perceptual_;
  std::shared_ptr<torch::optim::Adam> optimizer_;
  std::uint64_t step_ = 0;
};

}  // namespace seafusion::learn

#endif  // SEAFUSION_LEARN_LITE_LITE_TRAINER_H_
