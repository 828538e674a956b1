// How FusionGAN and GANMcC are trained.
#ifndef SEAFUSION_METHODS_LEARNED_TRAINING_RECIPES_GAN_RECIPE_H_
#define SEAFUSION_METHODS_LEARNED_TRAINING_RECIPES_GAN_RECIPE_H_

#include <array>
#include <memory>
#include <string_view>

#include "methods/learned/networks/gan_generator.h"
#include "methods/learned/training/losses/gan_losses.h"
#include "methods/learned/training/recipes/recipe.h"

namespace seafusion::methods {

struct GanDesign {
  std::string_view method;
  GanGeneratorShape generator;
  /// One: visible or not (FusionGAN). Two: visible, infrared (GANMcC).
  int judgements = 1;
  GanContentWeights content = kFusionGanContent;
  /// Of the discriminator's four convolutions.
  std::array<int, 4> discriminator = {32, 64, 128, 256};
};

/// One generator and one discriminator, both with spectral and batch normalisation. In a step the
/// discriminator learns twice, then the generator once. The crop is what the generator sees; the
/// losses compare its middle, 12 pixels smaller.
///
/// Against the public code: patches are drawn at random, with flips, instead of taken in order from
/// a grid; the generator runs once in a step, so its power iteration and moving averages advance
/// once, not three times.
///
/// The weights it hands out are the normalised ones, divided by their spectral norm: the public
/// test code uses undivided ones, which after few steps are too small beside the eps of its
/// normalisation. Gamma and beta are not handed out; the public test code ignores them.
StatusOr<std::unique_ptr<Recipe>> MakeGanRecipe(const GanDesign& design,
                                                const MethodTrainSettings& settings);

TrainableMethod TrainableFusionGan();
TrainableMethod TrainableGanMcC();

}  // namespace seafusion::methods

#endif  // SEAFUSION_METHODS_LEARNED_TRAINING_RECIPES_GAN_RECIPE_H_
