#include "methods/learned/networks/fusiongan_net.h"

#include "methods/learned/networks/gan_generator.h"

namespace seafusion::methods {

std::vector<model::TensorSpec> FusionGanTensors() {
  return GanGeneratorTensors({});
}

torch::Tensor FuseFusionGan(const TensorSource& tensors, const torch::Tensor& ir,
                            const torch::Tensor& vi) {
  return FuseWithGan({}, tensors, ir, vi);
}

}  // namespace seafusion::methods
