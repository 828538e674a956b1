#include "methods/learned/network_weights.h"

#include <utility>

#include "core/status_macros.h"
#include "learn/libtorch.h"
#include "model/methods/method_weights.h"

namespace seafusion::methods {

StatusOr<NetworkWeights> NetworkWeights::FromArchive(const model::TensorArchive& archive,
                                                     std::string_view method,
                                                     std::span<const model::TensorSpec> specs) {
  SEAFUSION_RETURN_IF_ERROR(model::CheckMethodArchive(archive, method, specs));
  NetworkWeights weights;
  for (const auto& [name, tensor] : archive.tensors) {
    torch::Tensor values = torch::tensor(tensor.values, torch::kFloat32).reshape(tensor.shape);
    // With one channel it is the other way round.
    if (values.dim() == 4 && values.size(1) > 1) {
      values = values.contiguous(torch::MemoryFormat::ChannelsLast);
    }
    weights.tensors_[name] = values;
  }
  return weights;
}

model::TensorArchive ArchiveOf(const std::map<std::string, torch::Tensor>& tensors,
                               std::string_view method) {
  model::TensorArchive archive;
  for (const auto& [name, tensor] : tensors) {
    const torch::Tensor cpu = tensor.detach().to(torch::kCPU, torch::kFloat32).contiguous();
    const float* data = cpu.data_ptr<float>();
    archive.tensors[name] = {cpu.sizes().vec(), std::vector<float>(data, data + cpu.numel())};
  }
  archive.metadata["method"] = method;
  return archive;
}

}  // namespace seafusion::methods
