#include "learn/segmentation/networks/espnetv2.h"

#include <exception>

#include "core/status_macros.h"
#include "learn/libtorch.h"
#include "learn/segmentation/networks/espnetv2_modules.h"
#include "model/espnetv2/espnetv2_graph.h"

namespace seafusion::learn {

StatusOr<Espnetv2> Espnetv2::FromArchive(const model::TensorArchive& archive) {
  SEAFUSION_RETURN_IF_ERROR(model::CheckEspnetv2Weights(archive));
  Espnetv2 net;
  net.modules_ = std::make_shared<Espnetv2Modules>(archive, model::kEspnetv2Classes);
  net.modules_->eval();
  for (torch::Tensor& p : net.modules_->parameters()) p.set_requires_grad(false);
  return net;
}

void Espnetv2::To(torch::Device device) {
  modules_->to(device);
}

StatusOr<torch::Tensor> Espnetv2::Forward(const torch::Tensor& rgb, const Observer& observe) const {
  if (rgb.dim() != 4 || rgb.size(1) != 3) {
    return InvalidArgument("ESPNetv2 takes batches of pictures of three channels");
  }
  SEAFUSION_ASSIGN_OR_RETURN(
      const model::EspGraph graph,
      model::Espnetv2Graph(static_cast<int>(rgb.size(3)), static_cast<int>(rgb.size(2))));
  try {
    return modules_->Run(graph, rgb, observe);
  } catch (const std::exception& e) {
    return Internal(std::string("ESPNetv2 failed: ") + e.what());
  }
}

}  // namespace seafusion::learn
