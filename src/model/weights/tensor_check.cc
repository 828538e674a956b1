#include "model/weights/tensor_check.h"

#include <set>
#include <string>

#include "core/status_macros.h"
#include "core/text/printable.h"

namespace seafusion::model {

Status CheckTensorsAreThere(const TensorArchive& archive, std::span<const TensorSpec> specs) {
  for (const TensorSpec& spec : specs) {
    const auto it = archive.tensors.find(spec.name);
    if (it == archive.tensors.end()) {
      return InvalidArgument("tensor " + spec.name + " is missing");
    }
    if (it->second.shape != spec.shape) {
      return InvalidArgument("tensor " + spec.name + " is " + ShapeName(it->second.shape) +
                             ", expected " + ShapeName(spec.shape));
    }
  }
  return OkStatus();
}

Status CheckTensors(const TensorArchive& archive, std::span<const TensorSpec> specs,
                    std::string_view network) {
  SEAFUSION_RETURN_IF_ERROR(CheckTensorsAreThere(archive, specs));
  std::set<std::string_view> known;
  for (const TensorSpec& spec : specs) known.insert(spec.name);
  for (const auto& [name, tensor] : archive.tensors) {
    if (!known.contains(name)) {
      return InvalidArgument("tensor " + Printable(name) + " does not belong to " +
                             std::string(network));
    }
  }
  return OkStatus();
}

}  // namespace seafusion::model
