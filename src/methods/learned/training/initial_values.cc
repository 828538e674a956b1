#include "methods/learned/training/initial_values.h"

#include <cmath>
#include <numbers>

#include "learn/libtorch.h"

namespace seafusion::methods {
namespace {

template <typename Draw>
torch::Tensor Filled(const std::vector<std::int64_t>& shape, Draw draw) {
  torch::Tensor tensor = torch::empty(shape);
  float* values = tensor.data_ptr<float>();
  for (std::int64_t i = 0; i < tensor.numel(); ++i) values[i] = static_cast<float>(draw());
  return tensor;
}

}  // namespace

torch::Tensor TruncatedNormal(const std::vector<std::int64_t>& shape, double deviation,
                              SeededNoise& noise) {
  return Filled(shape, [&] {
    while (true) {
      // Box and Muller.
      const double radius = std::sqrt(-2.0 * std::log(1.0 - noise.Uniform()));
      const double value = radius * std::cos(2.0 * std::numbers::pi * noise.Uniform());
      if (std::abs(value) <= 2.0) return deviation * value;
    }
  });
}

torch::Tensor UniformWithin(const std::vector<std::int64_t>& shape, double bound,
                            SeededNoise& noise) {
  return Filled(shape, [&] { return noise.Between(-bound, bound); });
}

}  // namespace seafusion::methods
