#include "model/weights/tensor_hash.h"

#include <cstdint>
#include <vector>

#include "core/files/little_endian.h"
#include "core/files/sha256.h"

namespace seafusion::model {

std::string TensorsSha256(const TensorArchive& archive) {
  std::vector<std::uint8_t> bytes;
  for (const auto& [name, tensor] : archive.tensors) {
    bytes.insert(bytes.end(), name.begin(), name.end());
    // The same on every processor: ranges that one has measured are read by others.
    for (const float value : tensor.values) AppendFloat32(value, bytes);
  }
  return Sha256Hex(bytes);
}

}  // namespace seafusion::model
