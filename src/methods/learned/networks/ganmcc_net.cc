#include "methods/learned/networks/ganmcc_net.h"

#include "methods/learned/networks/gan_generator.h"

namespace seafusion::methods {

std::vector<model::TensorSpec> GanMcCTensors() {
  return GanGeneratorTensors({.two_paths = true});
}

torch::Tensor FuseGanMcC(const TensorSource& tensors, const torch::Tensor& ir,
                         const torch::Tensor& vi) {
  return FuseWithGan({.two_paths = true}, tensors, ir, vi);
}

}  // namespace seafusion::methods
