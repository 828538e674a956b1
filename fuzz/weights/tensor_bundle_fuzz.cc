// Whatever the bytes, the reader returns; what it accepts has as many values as its shape says.
// The index comes first, then the data: the first four bytes say how long the index is.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <span>

#include "core/files/little_endian.h"
#include "model/import/method_checkpoint.h"
#include "model/import/tensorflow/tensor_bundle.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace seafusion::model;
  constexpr std::size_t kLength = 4;
  if (size < kLength) return 0;
  const std::span<const std::uint8_t> bytes(data + kLength, size - kLength);
  const auto length =
      std::min<std::size_t>(seafusion::LoadLittleEndian<std::uint32_t>(data), bytes.size());
  const auto index = ParseBundleIndex(bytes.first(length));
  if (!index.ok()) return 0;
  const std::span<const std::uint8_t> shards[] = {bytes.subspan(length)};
  const auto tensors = ReadBundleTensors(*index, shards);
  if (!tensors.ok()) return 0;
  for (const BundleTensor& tensor : *tensors) {
    std::size_t count = 1;
    for (const std::int64_t side : tensor.tensor.shape) count = side == 0 ? 0 : count;
    for (const std::int64_t side : tensor.tensor.shape) count *= static_cast<std::size_t>(side);
    if (tensor.has_values && count != tensor.tensor.values.size()) std::abort();
  }
  for (const PublishedNetwork& network : PublishedNetworks()) {
    if (network.tensorflow) static_cast<void>(ImportMethodBundle(network, *tensors));
  }
  return 0;
}
