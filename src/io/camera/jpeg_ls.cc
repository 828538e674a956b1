#include "io/camera/jpeg_ls.h"

#include <charls/charls_jpegls_decoder.h>

#include <limits>
#include <memory>
#include <string>
#include <vector>

namespace seafusion::io {
namespace {

constexpr charls_jpegls_errc kSuccess{};

struct Free {
  void operator()(charls_jpegls_decoder* decoder) const { charls_jpegls_decoder_destroy(decoder); }
};

Status Failed(charls_jpegls_errc code) {
  return CorruptData("its lossless JPEG data cannot be decoded: " +
                     std::string(charls_get_error_message(code)));
}

}  // namespace

StatusOr<ImageBuffer> DecodeJpegLs(std::span<const std::uint8_t> data, std::uint64_t max_pixels) {
  // CharLS 2.4 looks for bits behind the end of data that was cut, for ever; at an end marker it
  // stops.
  std::vector<std::uint8_t> bytes(data.begin(), data.end());
  bytes.insert(bytes.end(), {0xff, 0xd9});
  const std::unique_ptr<charls_jpegls_decoder, Free> decoder(charls_jpegls_decoder_create());
  if (decoder == nullptr) return ResourceExhausted("no memory for the picture");
  charls_jpegls_errc code =
      charls_jpegls_decoder_set_source_buffer(decoder.get(), bytes.data(), bytes.size());
  if (code == kSuccess) code = charls_jpegls_decoder_read_header(decoder.get());
  charls_frame_info frame{};
  if (code == kSuccess) {
    code = charls_jpegls_decoder_get_frame_info(decoder.get(), &frame);
  }
  if (code != kSuccess) return Failed(code);
  const std::string size = std::to_string(frame.width) + "x" + std::to_string(frame.height);
  constexpr std::uint32_t kMostSide = std::numeric_limits<int>::max();
  if (frame.width > kMostSide || frame.height > kMostSide ||
      std::uint64_t{frame.width} * frame.height > max_pixels) {
    return ResourceExhausted("its lossless JPEG says " + size + " pixels, more than the limit of " +
                             std::to_string(max_pixels) + " in all");
  }
  if (frame.component_count != 1 || frame.bits_per_sample <= 8) {
    return Unsupported("its lossless JPEG has " + std::to_string(frame.component_count) +
                       " components of " + std::to_string(frame.bits_per_sample) +
                       " bits; one of 9 to 16 is supported");
  }
  StatusOr<ImageBuffer> image = ImageBuffer::Create(
      static_cast<int>(frame.width), static_cast<int>(frame.height), PixelFormat::kGray16);
  if (!image.ok()) return image;
  const MutableImageView view = image->view();
  const auto stride = static_cast<std::size_t>(view.stride);
  code = charls_jpegls_decoder_decode_to_buffer(decoder.get(), view.data,
                                                stride * static_cast<std::size_t>(view.height), 0);
  if (code != kSuccess) return Failed(code);
  return image;
}

}  // namespace seafusion::io
