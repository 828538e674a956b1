// A whole picture file through every decoder and the libraries behind them. The last byte says how
// it is read; what comes out has a size within the limit and survives being written as PNG.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <utility>
#include <vector>

#include "io/image_file.h"
#include "mutators/picture_structure.h"

namespace {

using seafusion::ImageView;

bool SameSamples(const ImageView& a, const ImageView& b) {
  if (a.width != b.width || a.height != b.height || a.format != b.format) return false;
  const std::ptrdiff_t bytes = std::ptrdiff_t{a.width} * BytesPerPixel(a.format);
  for (int y = 0; y < a.height; ++y) {
    const auto* row = a.Row<std::uint8_t>(y);
    if (!std::equal(row, row + bytes, b.Row<std::uint8_t>(y))) return false;
  }
  return true;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace seafusion::io;
  if (size == 0) return 0;
  const std::uint8_t how = data[size - 1];
  ReadImageOptions options{.max_pixels = 1 << 16};
  options.camera_picture = static_cast<CameraPicture>(how % 3);
  if ((how & 4) != 0) options.page = how >> 3 & 3;
  options.trust_byte_order = (how & 32) != 0;
  const auto picture = DecodePicture({data, data + size - 1}, options);
  if (!picture.ok()) return 0;
  const ImageView view = picture->image.view();
  if (view.width < 1 || view.height < 1 || view.width * view.height > 1 << 16) std::abort();
  if (IsFloatingPoint(view.format)) return 0;
  const auto png = EncodePng(view);
  if (!png.ok()) std::abort();
  const auto again = DecodePicture(*png);
  if (!again.ok() || !SameSamples(view, again->image.view())) std::abort();
  return 0;
}

extern "C" std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size,
                                               std::size_t max_size, unsigned seed) {
  return seafusion::fuzz::MutatePicture(data, size, max_size, seed);
}
