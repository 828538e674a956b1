#include "core/memory/image_buffer.h"

#include <new>
#include <stdexcept>
#include <string>

#include "core/memory/checked_math.h"

namespace seafusion {

StatusOr<ImageBuffer> ImageBuffer::Create(int width, int height, PixelFormat format) {
  const std::string size = std::to_string(width) + "x" + std::to_string(height);
  if (width < 1 || height < 1) return InvalidArgument("a picture cannot be " + size);
  const auto bytes =
      CheckedProduct<std::size_t>(static_cast<std::size_t>(width), static_cast<std::size_t>(height),
                                  static_cast<std::size_t>(BytesPerPixel(format)));
  ImageBuffer b;
  b.width_ = width;
  b.height_ = height;
  b.format_ = format;
  try {
    if (!bytes) throw std::bad_alloc();
    b.bytes_.resize(*bytes);
  } catch (const std::bad_alloc&) {
    return ResourceExhausted("no memory for a " + size + " picture");
  } catch (const std::length_error&) {
    return ResourceExhausted("no memory for a " + size + " picture");
  }
  return b;
}

}  // namespace seafusion
