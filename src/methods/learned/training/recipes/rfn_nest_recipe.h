// How RFN-Nest is trained: first the auto-encoder, on single pictures, then the fusion networks
// between its frozen halves.
#ifndef SEAFUSION_METHODS_LEARNED_TRAINING_RECIPES_RFN_NEST_RECIPE_H_
#define SEAFUSION_METHODS_LEARNED_TRAINING_RECIPES_RFN_NEST_RECIPE_H_

#include "methods/learned/networks/rfn_nest_net.h"
#include "methods/learned/training/recipes/recipe.h"

namespace seafusion::methods {

/// 700 (1 - MsSsim(fused, vi)): `fused` stretched to 0..255 over the batch, `vi` in 0..255.
torch::Tensor RfnDetailLoss(const torch::Tensor& fused, const torch::Tensor& vi);

/// Sum over the scales of 10^k MSE(fused_k, 6 ir_k + 3 vi_k), k = 0 at the finest.
torch::Tensor RfnFeatureLoss(const NestFeatures& fused, const NestFeatures& ir,
                             const NestFeatures& vi);

/// Against the publication: the auto-encoder learns on the visible and the infrared pictures of the
/// data set in turn, not on MS-COCO; crops are cut out, not whole pictures scaled to 256 pixels.
TrainableMethod TrainableRfnNest();

}  // namespace seafusion::methods

#endif  // SEAFUSION_METHODS_LEARNED_TRAINING_RECIPES_RFN_NEST_RECIPE_H_
