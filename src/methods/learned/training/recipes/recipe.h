// What differs from method to method when one is trained.
#ifndef SEAFUSION_METHODS_LEARNED_TRAINING_RECIPES_RECIPE_H_
#define SEAFUSION_METHODS_LEARNED_TRAINING_RECIPES_RECIPE_H_

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <seafusion/status.h>
#include <torch/optim/optimizer.h>
#include <torch/types.h>

#include "core/seeded_noise.h"
#include "learn/data/pair_dataset.h"
#include "methods/learned/training/method_settings.h"
#include "model/weights/safetensors.h"

namespace seafusion::methods {

/// A weighted term of a loss; its scalar has gradients.
using LossTerm = std::pair<const char*, torch::Tensor>;

/// Takes one step of one player's optimiser down the sum of the terms; nobody else's tensors get
/// gradients. Fails, before the weights change, with the term named that is not finite.
using TakeStep = std::function<Status(std::size_t player, const std::vector<LossTerm>& terms)>;

/// A network, or a part of one, that has an optimiser of its own.
struct Player {
  std::string name;
  std::vector<torch::Tensor> parameters;
};

/// The networks of one training run and how to train them. Not thread-safe.
class Recipe {
 public:
  virtual ~Recipe() = default;

  virtual const std::vector<Player>& players() const = 0;
  /// All that a step changes, apart from the optimisers; handles to the live tensors.
  virtual const std::map<std::string, torch::Tensor>& state() const = 0;
  /// "auto-encoder", "fusion": trained one after the other.
  virtual std::vector<std::string> stages() const { return {"training"}; }

  /// One step on `batch`; what is random is drawn from `noise`.
  virtual Status Step(std::size_t stage, std::uint64_t step, const learn::PairBatch& batch,
                      SeededNoise& noise, const TakeStep& take_step) = 0;

  /// Adam (betas 0.9 and 0.999) where a method does not say otherwise.
  virtual std::unique_ptr<torch::optim::Optimizer> MakeOptimizer(
      const std::vector<torch::Tensor>& parameters, double lr) const;
  /// What the learning rate is multiplied by in a step, 0 .. steps - 1.
  virtual double RateFactor(std::uint64_t /*step*/, std::uint64_t /*steps*/) const { return 1; }

  /// What fusing needs.
  virtual model::TensorArchive Weights() const = 0;
};

/// A method that can be trained.
struct TrainableMethod {
  std::string_view name;
  /// batch, crop, lr and width of the publication.
  MethodTrainSettings published;
  /// Steps of the publication for a data set, given batch and crop.
  std::uint64_t (*published_steps)(const MethodTrainSettings& settings,
                                   const learn::PairDataset& data);
  /// The smallest crop, and what crop and width must be a multiple of, are checked here.
  StatusOr<std::unique_ptr<Recipe>> (*make)(const MethodTrainSettings& settings);
};

/// Steps of `epochs` passes over all patches of a crop's size that lie `stride` pixels apart; at
/// least 1.
std::uint64_t StepsOfPatches(const MethodTrainSettings& settings, const learn::PairDataset& data,
                             int stride, std::uint64_t epochs);

/// In the order in which messages name them.
const std::vector<TrainableMethod>& TrainableMethods();

/// Fails with kInvalidArgument, naming those there are.
StatusOr<const TrainableMethod*> FindTrainableMethod(std::string_view name);

}  // namespace seafusion::methods

#endif  // SEAFUSION_METHODS_LEARNED_TRAINING_RECIPES_RECIPE_H_
