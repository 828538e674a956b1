#include <png.h>

#include <bit>
#include <csetjmp>
#include <cstring>
#include <utility>
#include <vector>

#include "core/status_macros.h"
#include "io/decode/decode.h"

namespace seafusion::io {
namespace {

struct Input {
  std::span<const std::uint8_t> bytes;
  std::size_t at = 0;
};

// Its sentences are for programmers.
[[noreturn]] void OnError(png_structp png, png_const_charp /*text*/) {
  png_longjmp(png, 1);
}

void OnWarning(png_structp /*png*/, png_const_charp /*text*/) {}

void ReadBytes(png_structp png, png_bytep to, std::size_t count) {
  auto* input = static_cast<Input*>(png_get_io_ptr(png));
  if (count > input->bytes.size() - input->at) png_error(png, "the file ends too early");
  std::memcpy(to, input->bytes.data() + input->at, count);
  input->at += count;
}

// Frees libpng's structures.
struct Reader {
  png_structp png = nullptr;
  png_infop info = nullptr;
  Reader() = default;
  ~Reader() { png_destroy_read_struct(&png, &info, nullptr); }
  Reader(const Reader&) = delete;
  Reader& operator=(const Reader&) = delete;
};

// libpng returns from errors by longjmp, so the functions that call it hold no C++ objects.
bool StartReading(Reader& reader, PixelFormat& format, bool& alpha) {
  if (setjmp(png_jmpbuf(reader.png)) != 0) return false;
  png_read_info(reader.png, reader.info);
  png_set_expand(reader.png);
  if constexpr (std::endian::native == std::endian::little) png_set_swap(reader.png);
  (void)png_set_interlace_handling(reader.png);
  png_read_update_info(reader.png, reader.info);
  const bool deep = png_get_bit_depth(reader.png, reader.info) == 16;
  const int channels = png_get_channels(reader.png, reader.info);
  const bool gray = channels <= 2;
  alpha = channels % 2 == 0;
  if (gray) {
    format = deep ? PixelFormat::kGray16 : PixelFormat::kGray8;
  } else {
    format = deep ? PixelFormat::kRgb16 : PixelFormat::kRgb8;
  }
  return true;
}

bool ReadRows(Reader& reader, png_bytepp rows) {
  if (setjmp(png_jmpbuf(reader.png)) != 0) return false;
  png_read_image(reader.png, rows);
  // To IEND, so that an error behind the last row counts, too.
  png_read_end(reader.png, nullptr);
  return true;
}

// Takes apart pixels of `channels` samples, the last of which is opacity.
template <typename Sample>
void SplitAlpha(const std::vector<png_byte>& pixels, int channels, DecodedPicture& picture) {
  const auto* from = reinterpret_cast<const Sample*>(pixels.data());
  for (int y = 0; y < picture.image.height(); ++y) {
    auto* to = picture.image.view().Row<Sample>(y);
    auto* alpha = picture.alpha.view().Row<Sample>(y);
    for (int x = 0; x < picture.image.width(); ++x) {
      for (int c = 1; c < channels; ++c) *to++ = *from++;
      *alpha++ = *from++;
    }
  }
}

}  // namespace

StatusOr<DecodedPicture> DecodePngWithAlpha(const ImageInfo& info,
                                            std::span<const std::uint8_t> bytes) {
  Input input{bytes};
  const Status corrupt = CorruptData("its PNG data cannot be decoded: it is damaged");
  Reader reader;
  reader.png = png_create_read_struct(PNG_LIBPNG_VER_STRING, nullptr, OnError, OnWarning);
  if (reader.png != nullptr) reader.info = png_create_info_struct(reader.png);
  if (reader.info == nullptr) return ResourceExhausted("no memory for the picture");
  png_set_read_fn(reader.png, &input, ReadBytes);
  // The probe's limits are ours; libpng's own would refuse sides over a million.
  png_set_user_limits(reader.png, 0x7fffffff, 0x7fffffff);
#ifdef FUZZING_BUILD_MODE_UNSAFE_FOR_PRODUCTION  // fuzzers cannot guess checksums
  png_set_crc_action(reader.png, PNG_CRC_QUIET_USE, PNG_CRC_QUIET_USE);
  png_set_option(reader.png, PNG_IGNORE_ADLER32, PNG_OPTION_ON);
#endif
  PixelFormat format{};
  bool alpha = false;
  if (!StartReading(reader, format, alpha)) return corrupt;
  const int width = static_cast<int>(info.width), height = static_cast<int>(info.height);
  DecodedPicture picture;
  SEAFUSION_ASSIGN_OR_RETURN(picture.image, ImageBuffer::Create(width, height, format));
  const MutableImageView view = picture.image.view();
  const std::size_t row_bytes = png_get_rowbytes(reader.png, reader.info);
  const auto pixel_bytes =
      static_cast<std::size_t>(BytesPerPixel(format) + (alpha ? BytesPerSample(format) : 0));
  if (png_get_image_width(reader.png, reader.info) != info.width ||
      png_get_image_height(reader.png, reader.info) != info.height ||
      row_bytes != pixel_bytes * info.width) {
    return Internal("libpng and the probe see different sizes");
  }
  std::vector<png_byte> pixels;  // with opacity among them
  if (alpha) pixels.resize(row_bytes * info.height);
  std::vector<png_bytep> rows(info.height);
  for (std::size_t y = 0; y < info.height; ++y) {
    rows[y] = alpha ? pixels.data() + y * row_bytes : view.Row<png_byte>(static_cast<int>(y));
  }
  if (!ReadRows(reader, rows.data())) return corrupt;
  if (!alpha) return picture;
  const bool deep = BytesPerSample(format) == 2;
  SEAFUSION_ASSIGN_OR_RETURN(
      picture.alpha,
      ImageBuffer::Create(width, height, deep ? PixelFormat::kGray16 : PixelFormat::kGray8));
  const int channels = ChannelCount(format) + 1;
  deep ? SplitAlpha<std::uint16_t>(pixels, channels, picture)
       : SplitAlpha<std::uint8_t>(pixels, channels, picture);
  return picture;
}

StatusOr<ImageBuffer> DecodePng(const ImageInfo& info, std::span<const std::uint8_t> bytes) {
  SEAFUSION_ASSIGN_OR_RETURN(DecodedPicture picture, DecodePngWithAlpha(info, bytes));
  return std::move(picture.image);
}

}  // namespace seafusion::io
