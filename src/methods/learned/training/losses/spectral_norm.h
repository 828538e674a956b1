// Spectral normalisation as in the public code of FusionGAN and GANMcC.
#ifndef SEAFUSION_METHODS_LEARNED_TRAINING_LOSSES_SPECTRAL_NORM_H_
#define SEAFUSION_METHODS_LEARNED_TRAINING_LOSSES_SPECTRAL_NORM_H_

#include <torch/types.h>

namespace seafusion::methods {

struct SpectralNorm {
  torch::Tensor weight;  ///< The weight divided by its estimated norm, with gradients through it.
  torch::Tensor u;       ///< (1, out), without gradients: for the next step.
};

/// One power iteration from `u` on `weight` (out, ...) seen as a matrix of `out` rows.
SpectralNorm NormalizeSpectrum(const torch::Tensor& weight, const torch::Tensor& u);

}  // namespace seafusion::methods

#endif  // SEAFUSION_METHODS_LEARNED_TRAINING_LOSSES_SPECTRAL_NORM_H_
