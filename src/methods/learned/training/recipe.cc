#include "methods/learned/training/recipe.h"

#include "methods/learned/training/gan_recipe.h"
#include "methods/learned/training/rfn_nest_recipe.h"

namespace seafusion::methods {

const std::vector<TrainableMethod>& TrainableMethods() {
  static const std::vector<TrainableMethod> methods = {TrainableFusionGan(), TrainableGanMcC(),
                                                       TrainableRfnNest()};
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
