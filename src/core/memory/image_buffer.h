// A picture that owns its memory.
#ifndef SEAFUSION_CORE_MEMORY_IMAGE_BUFFER_H_
#define SEAFUSION_CORE_MEMORY_IMAGE_BUFFER_H_

#include <cstdint>
#include <vector>

#include <seafusion/image.h>

namespace seafusion {

/// Rows without padding; all samples zero after Create. Movable and copyable; views stay valid
/// until the buffer is destroyed or assigned to (moving the buffer keeps its memory, so views
/// survive a move).
class ImageBuffer {
 public:
  ImageBuffer() = default;

  /// Fails with kInvalidArgument (a side under 1) or kResourceExhausted.
  static StatusOr<ImageBuffer> Create(int width, int height, PixelFormat format);

  int width() const { return width_; }
  int height() const { return height_; }
  PixelFormat format() const { return format_; }
  bool empty() const { return bytes_.empty(); }

  ImageView view() const { return {bytes_.data(), width_, height_, stride(), format_}; }
  MutableImageView view() { return {bytes_.data(), width_, height_, stride(), format_}; }

 private:
  std::ptrdiff_t stride() const { return std::ptrdiff_t{width_} * BytesPerPixel(format_); }
  std::vector<std::uint8_t> bytes_;
  int width_ = 0;
  int height_ = 0;
  PixelFormat format_ = PixelFormat::kGray8;
};

}  // namespace seafusion

#endif  // SEAFUSION_CORE_MEMORY_IMAGE_BUFFER_H_
