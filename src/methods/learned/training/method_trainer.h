// The one loop that trains every method.
#ifndef SEAFUSION_METHODS_LEARNED_TRAINING_METHOD_TRAINER_H_
#define SEAFUSION_METHODS_LEARNED_TRAINING_METHOD_TRAINER_H_

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <seafusion/status.h>
#include <torch/optim/optimizer.h>

#include "methods/learned/training/recipes/recipe.h"

namespace seafusion::methods {

/// Settings as JSON text with every member.
std::string MethodSettingsToJson(const MethodTrainSettings& settings);

/// What is 0 in `asked` becomes what was published; ranges are checked, against the data too.
StatusOr<MethodTrainSettings> ResolveMethodSettings(const MethodTrainSettings& asked,
                                                    const learn::PairDataset& data);

struct MethodTrainEvent {
  std::size_t stage = 0;
  std::uint64_t step = 0;  ///< Steps of this stage done.
  /// "generator gradient", weighted as in the loss; of several steps of a player in one, the last.
  std::vector<std::pair<std::string, double>> losses;
};

/// Recipe, optimisers and position of one run. Not thread-safe.
class MethodTrainer {
 public:
  /// `settings` resolved. `workers` threads cut pictures ahead. `data` must outlive the trainer.
  static StatusOr<MethodTrainer> Create(const MethodTrainSettings& settings,
                                        const learn::PairDataset& data, int workers);
  /// With a recipe of one's own.
  static StatusOr<MethodTrainer> Create(const MethodTrainSettings& settings,
                                        const learn::PairDataset& data, int workers,
                                        std::unique_ptr<Recipe> recipe);

  /// Puts this trainer where the checkpoint at `path` stopped; the settings must be those of
  /// Create. On one thread the rest of the run is bit for bit what it would have been.
  Status Load(const std::string& path);
  /// The settings that a checkpoint was written with.
  static StatusOr<MethodTrainSettings> CheckpointSettings(const std::string& path);

  /// To the end of the last stage, or `until` steps of this call. `observe` hears of each step; a
  /// failure it returns ends the run. Fails with kCancelled when `stop` is set, and with kInternal,
  /// naming the term, when a loss is not finite, before it reaches the weights.
  Status Train(const std::atomic<bool>& stop,
               const std::function<Status(const MethodTrainEvent&)>& observe,
               std::uint64_t until = ~std::uint64_t{0});

  /// One file, written atomically: tensors, optimisers, position, settings.
  Status SaveCheckpoint(const std::string& path) const;

  /// For a file: with "method", settings and steps as metadata.
  model::TensorArchive Weights() const;

  const MethodTrainSettings& settings() const { return settings_; }
  const Recipe& recipe() const { return *recipe_; }
  std::size_t stage() const { return stage_; }
  std::uint64_t step() const { return step_; }  ///< Of this stage.

 private:
  MethodTrainer(const MethodTrainSettings& settings, const learn::PairDataset& data, int workers,
                std::unique_ptr<Recipe> recipe);
  Status TakeStep(std::size_t player, const std::vector<LossTerm>& terms, MethodTrainEvent& event);

  MethodTrainSettings settings_;
  const learn::PairDataset* data_;
  int workers_;
  std::unique_ptr<Recipe> recipe_;
  std::vector<std::unique_ptr<torch::optim::Optimizer>> optimizers_;
  std::size_t stage_ = 0;
  std::uint64_t step_ = 0;
};

}  // namespace seafusion::methods

#endif  // SEAFUSION_METHODS_LEARNED_TRAINING_METHOD_TRAINER_H_
