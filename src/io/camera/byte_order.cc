#include "io/camera/byte_order.h"

#include <cstdint>
#include <cstdlib>

namespace seafusion::io {
namespace {

std::uint16_t Swapped(std::uint16_t v) {
  return static_cast<std::uint16_t>(v >> 8 | v << 8);
}

}  // namespace

bool BytesSeemSwapped(const ImageView& image) {
  std::uint64_t as_is = 0, swapped = 0;
  for (int y = 0; y < image.height; ++y) {
    const auto* row = image.Row<std::uint16_t>(y);
    for (int x = 1; x < image.width; ++x) {
      as_is += static_cast<std::uint64_t>(std::abs(row[x] - row[x - 1]));
      swapped += static_cast<std::uint64_t>(std::abs(Swapped(row[x]) - Swapped(row[x - 1])));
    }
  }
  // In thirteen real files the right order is 127 to 642 times smoother.
  constexpr std::uint64_t kTimesSmoother = 3;
  if (as_is <= kTimesSmoother * swapped) return false;
  // Values of 8 bits in the high byte (or in the low one) look smoother the other way round, only
  // because they are 256 times smaller.
  std::uint16_t any = 0;
  for (int y = 0; y < image.height; ++y) {
    const auto* row = image.Row<std::uint16_t>(y);
    for (int x = 0; x < image.width; ++x) any |= row[x];
  }
  return (any & 0xff) != 0;
}

void SwapBytes(const MutableImageView& image) {
  for (int y = 0; y < image.height; ++y) {
    auto* row = image.Row<std::uint16_t>(y);
    for (int x = 0; x < image.width; ++x) row[x] = Swapped(row[x]);
  }
}

}  // namespace seafusion::io
