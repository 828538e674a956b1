#include "model/tensor_check.h"

#include <set>
#include <string>

#include "core/printable.h"

namespace seafusion::model {

Status CheckTensors(const TensorArchive& archive, std::span<const TensorSpec> specs,
                    std::string_view network) {
  std::set<std::string_view> known;
  for (const TensorSpec& spec : specs) {
    known.insert(spec.name);
    const auto it = archive.tensors.find(spec.name);
    if (it == archive.tensors.end()) {
      return InvalidArgument("tensor " + spec.name + " is missing");
    }
    if (it->second.shape != spec.shape) {
      return InvalidArgument("tensor " + spec.name + " is " + ShapeName(it->second.shape) +
                             ", expected " + ShapeName(spec.shape));
    }
  }
  for (const auto& [name, tensor] : archive.tensors) {
    if (!known.contains(name)) {
      return InvalidArgument("tensor " + Printable(name) + " does not belong to " +
                             std::string(network));
    }
  }
  return OkStatus();
}

}  // namespace seafusion::model
