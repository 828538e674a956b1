#include "io/metadata/orientation.h"

#include <algorithm>
#include <cstdint>
#include <utility>

#include "core/status_macros.h"

namespace seafusion::io {

StatusOr<ImageBuffer> Upright(ImageBuffer picture, int orientation) {
  if (orientation < 2 || orientation > 8) return picture;
  const ImageView from = std::as_const(picture).view();
  // EXIF 2.3, 4.6.4: which side of the scene the first row and column are. 5 to 8 have rows and
  // columns exchanged.
  const bool exchanged = orientation >= 5;
  const bool from_right =
      orientation == 2 || orientation == 3 || orientation == 7 || orientation == 8;
  const bool from_below =
      orientation == 3 || orientation == 4 || orientation == 6 || orientation == 7;
  SEAFUSION_ASSIGN_OR_RETURN(
      ImageBuffer upright, ImageBuffer::Create(exchanged ? from.height : from.width,
                                               exchanged ? from.width : from.height, from.format));
  const MutableImageView to = upright.view();
  const auto pixel = static_cast<std::ptrdiff_t>(BytesPerPixel(from.format));
  for (int y = 0; y < to.height; ++y) {
    auto* row = to.Row<std::uint8_t>(y);
    for (int x = 0; x < to.width; ++x) {
      int column = exchanged ? y : x;
      int line = exchanged ? x : y;
      if (from_right) column = from.width - 1 - column;
      if (from_below) line = from.height - 1 - line;
      std::copy_n(from.Row<std::uint8_t>(line) + pixel * column, pixel, row + pixel * x);
    }
  }
  return upright;
}

}  // namespace seafusion::io
