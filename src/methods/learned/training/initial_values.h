// Initial weights that are the same on every machine.
#ifndef SEAFUSION_METHODS_LEARNED_TRAINING_INITIAL_VALUES_H_
#define SEAFUSION_METHODS_LEARNED_TRAINING_INITIAL_VALUES_H_

#include <vector>

#include <torch/types.h>

#include "core/seeded_noise.h"

namespace seafusion::methods {

/// Normal with mean 0; values beyond two deviations are drawn again, as TensorFlow does.
torch::Tensor TruncatedNormal(const std::vector<std::int64_t>& shape, double deviation,
                              SeededNoise& noise);

/// Uniform in [-bound, bound).
torch::Tensor UniformWithin(const std::vector<std::int64_t>& shape, double bound,
                            SeededNoise& noise);

}  // namespace seafusion::methods

#endif  // SEAFUSION_METHODS_LEARNED_TRAINING_INITIAL_VALUES_H_
