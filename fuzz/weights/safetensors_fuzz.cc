// Whatever the bytes, the reader returns; and what it accepts, it can write and read again
// unchanged.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "model/weights/safetensors.h"
#include "mutators/safetensors_structure.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace seafusion::model;
  const auto archive = ParseSafetensors({data, size});
  if (!archive.ok()) return 0;
  const auto written = SerializeSafetensors(*archive);
  if (!written.ok()) return 0;  // a shape whose sides overflow though one of them is 0
  const auto again = ParseSafetensors(*written);
  if (!again.ok() || again->metadata != archive->metadata) std::abort();
  const auto same = [](const auto& a, const auto& b) {
    return a.first == b.first && a.second.shape == b.second.shape &&
           a.second.values == b.second.values;
  };
  if (!std::equal(archive->tensors.begin(), archive->tensors.end(), again->tensors.begin(),
                  again->tensors.end(), same)) {
    std::abort();
  }
  return 0;
}

extern "C" std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size,
                                               std::size_t max_size, unsigned seed) {
  return seafusion::fuzz::MutateSafetensors(data, size, max_size, seed);
}
