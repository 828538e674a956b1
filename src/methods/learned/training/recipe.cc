#include "methods/learned/training/recipe.h"

#include <torch/optim/adam.h>

#include "methods/learned/training/content_recipes.h"
#include "methods/learned/training/gan_recipe.h"
#include "methods/learned/training/rfn_nest_recipe.h"

namespace seafusion::methods {

std::unique_ptr<torch::optim::Optimizer> Recipe::MakeOptimizer(
    const std::vector<torch::Tensor>& parameters, double lr) const {
  return std::make_unique<torch::optim::Adam>(parameters, torch::optim::AdamOptions(lr));
}

const std::vector<TrainableMethod>& TrainableMethods() {
  static const std::vector<TrainableMethod> methods = {
      TrainableDenseFuse(), TrainableRfnNest(),  TrainableIfcnn(), TrainableFusionGan(),
      TrainableGanMcC(),    TrainableU2Fusion(), TrainableSdNet()};
  return methods;
}

StatusOr<const TrainableMethod*> FindTrainableMethod(std::string_view name) {
  std::string names;
  for (const TrainableMethod& method : TrainableMethods()) {
    if (method.name == name) return &method;
    names += (names.empty() ? "" : ", ") + std::string(method.name);
  }
  return InvalidArgument("no method called '" + std::string(name) + "' can be trained; there are " +
                         names);
}

}  // namespace seafusion::methods
