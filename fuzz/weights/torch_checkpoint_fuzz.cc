// Whatever the bytes, the reader returns; every tensor it accepts has as many values as its shape
// says.
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "model/import/fusion_checkpoint.h"
#include "model/import/torch_checkpoint.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace seafusion::model;
  const auto checkpoint = ParseTorchCheckpoint({data, size});
  if (!checkpoint.ok()) return 0;
  for (const TorchTensor& t : checkpoint->tensors) {
    if (!t.has_values()) continue;
    std::size_t count = 1;
    // A side of 0 first: the others may be as large as they like then.
    for (const std::int64_t side : t.tensor.shape) count = side == 0 ? 0 : count;
    for (const std::int64_t side : t.tensor.shape) count *= static_cast<std::size_t>(side);
    if (count != t.tensor.values.size()) std::abort();
  }
  if (ImportFusionCheckpoint(*checkpoint).ok() && checkpoint->tensors.size() < 52) std::abort();
  return 0;
}
