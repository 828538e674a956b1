// How the methods of one network and one loss are trained: DenseFuse, IFCNN, U2Fusion, SDNet.
#ifndef SEAFUSION_METHODS_LEARNED_TRAINING_RECIPES_CONTENT_RECIPES_H_
#define SEAFUSION_METHODS_LEARNED_TRAINING_RECIPES_CONTENT_RECIPES_H_

#include <vector>

#include <torch/types.h>

#include "methods/learned/networks/layers.h"
#include "methods/learned/training/recipes/recipe.h"

namespace seafusion::methods {

/// The pictures, luma and infrared (N, 1, H, W) in 0..1, and what is random of one step.
struct ContentStep {
  const learn::PairBatch& batch;
  std::uint64_t step;
  SeededNoise& noise;
};

/// 100 (1 - S) + MSE of an auto-encoder's picture, levels of 0..255; S is the contrast part of
/// SSIM with c2 = 0.0009. Against the publication: the visible and the infrared pictures of the
/// data set in turn, not MS-COCO.
std::vector<LossTerm> DenseFuseLoss(const TensorSource& tensors, const ContentStep& step);

/// MSE to the sharp picture, of two that are each out of focus on one side of a random line. No
/// code of this training is public. Against the publication: the visible pictures of the data set,
/// not NYU-D2; without the perceptual term, and with a first layer that learns, as the ResNet-101
/// that both are from is no part of this project.
std::vector<LossTerm> IfcnnLoss(const TensorSource& tensors, const ContentStep& step);

/// mean(s (1 - SSIM)) + 20 mean(s MSE) over both sources, which change places at random; s is the
/// softmax of how much each tells. Against the publication: that is measured by InformationOf, as
/// the VGG-16 of the publication is no part of this project.
std::vector<LossTerm> U2FusionLoss(const TensorSource& tensors, const ContentStep& step);

/// Mean square of picture minus the mean of its eight neighbours, levels of 0..255, over five
/// scales with 2x2 means between them: (N). `picture`: (N, 1, H, W) in 0..1.
torch::Tensor InformationOf(const torch::Tensor& picture);

/// MSE to both sources (infrared 1, visible 0.5), 80 times the squared difference of Laplacians to
/// the source with the larger one at each pixel, and MSE of the sources decomposed again.
std::vector<LossTerm> SdNetLoss(const TensorSource& tensors, const ContentStep& step);

TrainableMethod TrainableDenseFuse();
TrainableMethod TrainableIfcnn();
TrainableMethod TrainableU2Fusion();
TrainableMethod TrainableSdNet();

}  // namespace seafusion::methods

#endif  // SEAFUSION_METHODS_LEARNED_TRAINING_RECIPES_CONTENT_RECIPES_H_
