// Weights and pictures for tests: made by a formula, the same everywhere.
#ifndef SEAFUSION_NN_TEST_WEIGHTS_H_
#define SEAFUSION_NN_TEST_WEIGHTS_H_

#include <cmath>
#include <cstdint>
#include <vector>

#include "model/fusion_graph.h"

namespace seafusion::nn {

/// Uniform in [-1, 1) from a linear congruential sequence (constants: Knuth, MMIX).
class TestNoise {
 public:
  explicit TestNoise(std::uint64_t seed) : state_(seed) {}
  float Next() {
    state_ = state_ * 6364136223846793005u + 1442695040888963407u;
    return static_cast<float>(static_cast<std::int32_t>(state_ >> 32)) / 2147483648.0f;
  }

 private:
  std::uint64_t state_;
};

/// Random weights of the fusion network, scaled so that activations keep their size from layer to
/// layer.
inline model::TensorArchive RandomFusionWeights(std::uint64_t seed) {
  TestNoise noise(seed);
  model::TensorArchive archive;
  for (const model::TensorSpec& spec : model::FusionTensors()) {
    std::size_t count = 1;
    for (std::int64_t d : spec.shape) count *= static_cast<std::size_t>(d);
    const float fan_in = static_cast<float>(count) / static_cast<float>(spec.shape[0]);
    const float scale = spec.shape.size() == 1 ? 0.1f : std::sqrt(3.0f / fan_in);
    model::Tensor tensor{spec.shape, std::vector<float>(count)};
    for (float& v : tensor.values) v = scale * noise.Next();
    archive.tensors.emplace(spec.name, std::move(tensor));
  }
  return archive;
}

/// A width x height plane of noise in 0..1.
inline std::vector<float> RandomPlane(int width, int height, std::uint64_t seed) {
  TestNoise noise(seed);
  std::vector<float> plane(static_cast<std::size_t>(width) * height);
  for (float& v : plane) v = 0.5f + 0.5f * noise.Next();
  return plane;
}

}  // namespace seafusion::nn

#endif  // SEAFUSION_NN_TEST_WEIGHTS_H_
