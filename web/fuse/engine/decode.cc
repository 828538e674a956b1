// Decoders of io for the page: stb_image, a header without further libraries, in place of libpng,
// libjpeg and CharLS.
#include "io/decode/decode.h"

#include <cstring>
#include <memory>
#include <string>

#define STBI_ONLY_PNG
#define STBI_ONLY_JPEG
#define STBI_NO_STDIO
#define STBI_NO_LINEAR
#define STBI_FAILURE_USERMSG
#define STB_IMAGE_STATIC
#define STB_IMAGE_IMPLEMENTATION
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wunused-function"
#pragma GCC diagnostic ignored "-Wshadow"
#include <stb/stb_image.h>
#pragma GCC diagnostic pop

#include "core/status_macros.h"
#include "io/camera/jpeg_ls.h"

namespace seafusion::io {
namespace {

struct Free {
  void operator()(void* pixels) const { stbi_image_free(pixels); }
};

StatusOr<ImageBuffer> Decode(const ImageInfo& info, std::span<const std::uint8_t> bytes) {
  const bool gray = info.channels == 1, deep = info.bits == 16;
  const int channels = gray ? 1 : 3, size = static_cast<int>(bytes.size());
  int width = 0, height = 0, stored = 0;
  const std::unique_ptr<void, Free> pixels(
      deep ? static_cast<void*>(
                 stbi_load_16_from_memory(bytes.data(), size, &width, &height, &stored, channels))
           : stbi_load_from_memory(bytes.data(), size, &width, &height, &stored, channels));
  if (pixels == nullptr) {
    return CorruptData("cannot be decoded: " + std::string(stbi_failure_reason()));
  }
  const PixelFormat format = deep   ? (gray ? PixelFormat::kGray16 : PixelFormat::kRgb16)
                             : gray ? PixelFormat::kGray8
                                    : PixelFormat::kRgb8;
  SEAFUSION_ASSIGN_OR_RETURN(ImageBuffer image, ImageBuffer::Create(width, height, format));
  const MutableImageView view = image.view();
  std::memcpy(view.data, pixels.get(),
              static_cast<std::size_t>(view.stride) * static_cast<std::size_t>(height));
  return image;
}

}  // namespace

StatusOr<ImageBuffer> DecodePng(const ImageInfo& info, std::span<const std::uint8_t> bytes) {
  return Decode(info, bytes);
}

StatusOr<ImageBuffer> DecodeJpeg(const ImageInfo& info, std::span<const std::uint8_t> bytes) {
  return Decode(info, bytes);
}

StatusOr<ImageBuffer> DecodeJpegLs(std::span<const std::uint8_t>, std::uint64_t) {
  return Unsupported(
      "holds lossless JPEG (a .csq sequence), which this page does not read; the command seafusion "
      "does");
}

}  // namespace seafusion::io
