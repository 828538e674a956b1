// For tests: weights of ESPNetv2 that nobody trained.
#ifndef SEAFUSION_MODEL_ESPNETV2_TEST_WEIGHTS_H_
#define SEAFUSION_MODEL_ESPNETV2_TEST_WEIGHTS_H_

#include <cmath>
#include <cstddef>

#include "core/seeded_noise.h"
#include "model/espnetv2/espnetv2_graph.h"

namespace seafusion::model {

/// Activations keep about their size; slopes of PReLU are of either sign.
inline TensorArchive RandomEspnetv2Weights(std::uint64_t seed) {
  TensorArchive archive;
  SeededNoise noise(seed);
  const auto uniform = [&](double lo, double hi) {
    return static_cast<float>(lo + (hi - lo) * noise.Uniform());
  };
  for (const PublishedTensor& t : Espnetv2Network().tensors) {
    Tensor& tensor = archive.tensors[t.spec.name];
    tensor.shape = t.spec.shape;
    std::size_t size = 1;
    for (const std::int64_t side : tensor.shape) size *= static_cast<std::size_t>(side);
    const auto fan_in = static_cast<double>(size) / static_cast<double>(tensor.shape[0]);
    const double spread = tensor.shape.size() == 4 ? std::sqrt(6.0 / fan_in) : 0.5;
    const bool positive = t.spec.name.ends_with(".running_var");
    for (std::size_t i = 0; i < size; ++i) {
      tensor.values.push_back(positive ? uniform(0.5, 1.5) : uniform(-spread, spread));
    }
  }
  archive.metadata[kMethodKey] = "espnetv2";
  return archive;
}

}  // namespace seafusion::model

#endif  // SEAFUSION_MODEL_ESPNETV2_TEST_WEIGHTS_H_
