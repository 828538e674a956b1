// Pictures with opacity as files. OpenCV writes gray with opacity not at all, and in TIFF does not
// say what the fourth sample is.
#ifndef SEAFUSION_IO_ENCODE_WITH_ALPHA_H_
#define SEAFUSION_IO_ENCODE_WITH_ALPHA_H_

#include <cstdint>
#include <vector>

#include <seafusion/status.h>

#include "core/memory/image_buffer.h"

namespace seafusion::io {

/// Gray or rgb of 8 or 16 bits with a further channel. `alpha` is gray8 or gray16 of the picture's
/// size; its values are scaled to the picture's bits. kInvalidArgument for other sizes and formats.
class PictureWithAlpha {
 public:
  static StatusOr<PictureWithAlpha> Join(const ImageView& picture, const ImageView& alpha);

  int width() const { return width_; }
  int height() const { return height_; }
  int channels() const { return channels_; }  ///< 2 or 4.
  int bits() const { return bits_; }          ///< 8 or 16.
  std::size_t row_bytes() const { return row_bytes_; }
  std::uint8_t* Row(int y) { return samples_.data() + row_bytes_ * static_cast<std::size_t>(y); }

 private:
  int width_ = 0, height_ = 0, channels_ = 0, bits_ = 0;
  std::size_t row_bytes_ = 0;
  std::vector<std::uint8_t> samples_;
};

/// Errors: kResourceExhausted.
StatusOr<std::vector<std::uint8_t>> EncodePngWithAlpha(PictureWithAlpha& picture);
/// LZW, opacity not multiplied into the colours. Errors: kResourceExhausted.
StatusOr<std::vector<std::uint8_t>> EncodeTiffWithAlpha(PictureWithAlpha& picture);

}  // namespace seafusion::io

#endif  // SEAFUSION_IO_ENCODE_WITH_ALPHA_H_
