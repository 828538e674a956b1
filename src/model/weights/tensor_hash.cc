#include "model/weights/tensor_hash.h"

#include <cstdint>
#include <cstring>
#include <vector>

#include "core/files/sha256.h"

namespace seafusion::model {

std::string TensorsSha256(const TensorArchive& archive) {
  std::vector<std::uint8_t> bytes;
  for (const auto& [name, tensor] : archive.tensors) {
    bytes.insert(bytes.end(), name.begin(), name.end());
    const std::size_t at = bytes.size();
    bytes.resize(at + tensor.values.size() * sizeof(float));
    std::memcpy(bytes.data() + at, tensor.values.data(), tensor.values.size() * sizeof(float));
  }
  return Sha256Hex(bytes);
}

}  // namespace seafusion::model
