// Whatever the bytes of a thermal camera's file, the parsers return; what they point at lies
// inside.
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <span>
#include <vector>

#include "io/camera/flir_block.h"
#include "io/camera/infiray.h"
#include "io/camera/jpeg_segments.h"
#include "io/camera/temperature.h"
#include "mutators/picture_structure.h"

namespace {

using Bytes = std::span<const std::uint8_t>;

void CheckInside(Bytes whole, Bytes part) {
  if (part.empty()) return;
  if (part.data() < whole.data() || part.data() + part.size() > whole.data() + whole.size()) {
    std::abort();
  }
}

void ReadBlock(Bytes bytes) {
  using namespace seafusion::io;
  const auto block = ReadFlirBlock(bytes);
  if (!block.ok()) return;
  for (const auto& picture : {block->thermal, block->visible}) {
    if (!picture) continue;
    CheckInside(bytes, picture->bytes);
    if (picture->width < 1 || picture->height < 1) std::abort();
  }
  if (block->calibration) {
    const Thermometer thermometer(*block->calibration);
    (void)thermometer.Counts(thermometer.Celsius(10000));
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace seafusion::io;
  const Bytes bytes(data, size);
  for (const std::uint64_t at : FindFlirFrames(bytes)) {
    if (at >= size) std::abort();
    ReadBlock(bytes.subspan(at));
  }
  if (const auto segments = ReadJpegSegments(bytes); segments.ok()) ReadBlock(segments->flir);
  if (const auto file = ReadInfiray(bytes); file.ok()) {
    CheckInside(bytes, file->thermal.bytes);
    CheckInside(bytes, file->shown);
    if (file->visible) CheckInside(bytes, file->visible->bytes);
  }
  return 0;
}

extern "C" std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size,
                                               std::size_t max_size, unsigned seed) {
  return seafusion::fuzz::MutatePicture(data, size, max_size, seed);
}
