// Whatever the bytes, the probe returns; what it accepts has a size within the limit, and is the
// same picture once its metadata is taken out.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <vector>

#include "io/probe/image_probe.h"
#include "mutators/picture_structure.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace seafusion::io;
  constexpr std::uint64_t kMaxPixels = 1 << 20;
  const auto info = ProbeImage({data, size}, kMaxPixels);
  if (!info.ok()) return 0;
  if (info->width == 0 || info->height == 0 ||
      std::uint64_t{info->width} * info->height > kMaxPixels) {
    std::abort();
  }
  std::vector<std::uint8_t> bytes(data, data + size);
  RemoveMetadata(*info, bytes);
  if (info->format != ImageFileFormat::kPng) return 0;
  const auto again = ProbeImage(bytes, kMaxPixels);
  if (!again.ok() || again->width != info->width || again->bits != info->bits) std::abort();
  return 0;
}

extern "C" std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size,
                                               std::size_t max_size, unsigned seed) {
  return seafusion::fuzz::MutatePicture(data, size, max_size, seed);
}
