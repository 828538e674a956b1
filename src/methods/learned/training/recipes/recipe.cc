#include "methods/learned/training/recipes/recipe.h"

#include <algorithm>

#include <torch/optim/adam.h>

#include "methods/learned/training/recipes/content_recipes.h"
#include "methods/learned/training/recipes/gan_recipe.h"
#include "methods/learned/training/recipes/rfn_nest_recipe.h"
#include "methods/registry.h"

namespace seafusion::methods {

std::unique_ptr<torch::optim::Optimizer> Recipe::MakeOptimizer(
    const std::vector<torch::Tensor>& parameters, double lr) const {
  return std::make_unique<torch::optim::Adam>(parameters, torch::optim::AdamOptions(lr));
}

std::uint64_t StepsOfPatches(const MethodTrainSettings& settings, const learn::PairDataset& data,
                             int stride, std::uint64_t epochs) {
  std::uint64_t patches = 0;
  for (std::size_t i = 0; i < data.size(); ++i) {
    const int across = (data.width(i) - settings.crop) / stride + 1;
    const int down = (data.height(i) - settings.crop) / stride + 1;
    patches += static_cast<std::uint64_t>(across) * static_cast<std::uint64_t>(down);
  }
  const auto batch = static_cast<std::uint64_t>(settings.batch);
  return std::max<std::uint64_t>(1, (epochs * patches + batch - 1) / batch);
}

const std::vector<TrainableMethod>& TrainableMethods() {
  static const std::vector<TrainableMethod> methods = {
      TrainableDenseFuse(), TrainableRfnNest(),  TrainableIfcnn(), TrainableFusionGan(),
      TrainableGanMcC(),    TrainableU2Fusion(), TrainableSdNet()};
  return methods;
}

StatusOr<const TrainableMethod*> FindTrainableMethod(std::string_view name) {
  for (const TrainableMethod& method : TrainableMethods()) {
    if (method.name == name) return &method;
  }
  return InvalidArgument(
      "no method called '" + std::string(name) + "' can be trained; there are " +
      JoinNames(TrainableMethods(), [](const TrainableMethod& method) { return method.name; }));
}

}  // namespace seafusion::methods
