// Weights and pictures for tests: made by a formula, the same everywhere.
#ifndef SEAFUSION_NN_TEST_WEIGHTS_H_
#define SEAFUSION_NN_TEST_WEIGHTS_H_

#include <cmath>
#include <cstdint>
#include <string>
#include <vector>

#include "model/graph/fusion_graph.h"
#include "model/graph/network.h"

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

/// Random weights, scaled so that activations keep their size from layer to layer.
inline model::TensorArchive RandomWeights(const std::vector<model::TensorSpec>& specs,
                                          std::uint64_t seed) {
  TestNoise noise(seed);
  model::TensorArchive archive;
  for (const model::TensorSpec& spec : specs) {
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

/// Of SeAFusion.
inline model::TensorArchive RandomFusionWeights(std::uint64_t seed) {
  return RandomWeights(model::FusionTensors(), seed);
}

/// Of a lite network. `parameters` must lie in their ranges. The last layer is a tenth of the
/// others, as after training, so that few results are cut to 0..1.
inline model::TensorArchive RandomLiteWeights(const model::LiteParameters& parameters,
                                              std::uint64_t seed) {
  const model::Network network = *model::LiteNetwork(parameters);
  model::TensorArchive archive = RandomWeights(network.tensors, seed);
  const std::string last = "conv" + std::to_string(parameters.layers);
  for (float& v : archive.tensors.at(last + ".weight").values) v *= 0.1f;
  archive.metadata[std::string(model::kNetworkKey)] = model::kLiteName;
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
