#include <png.h>

#include <algorithm>
#include <array>
#include <bit>
#include <csetjmp>
#include <cstdio>
#include <cstring>
#include <string>
#include <vector>

#include "core/status_macros.h"
#include "io/decode/decode.h"

namespace seafusion::io {
namespace {

struct Input {
  std::span<const std::uint8_t> bytes;
  std::size_t at = 0;
};

struct Failure {
  std::array<char, 160> text{};
};

[[noreturn]] void OnError(png_structp png, png_const_charp text) {
  auto* failure = static_cast<Failure*>(png_get_error_ptr(png));
  std::snprintf(failure->text.data(), failure->text.size(), "%s", text);
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
bool StartReading(Reader& reader, PixelFormat& format) {
  if (setjmp(png_jmpbuf(reader.png)) != 0) return false;
  png_read_info(reader.png, reader.info);
  png_set_expand(reader.png);
  png_set_strip_alpha(reader.png);
  if constexpr (std::endian::native == std::endian::little) png_set_swap(reader.png);
  (void)png_set_interlace_handling(reader.png);
  png_read_update_info(reader.png, reader.info);
  const bool deep = png_get_bit_depth(reader.png, reader.info) == 16;
  const bool gray = png_get_channels(reader.png, reader.info) == 1;
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

}  // namespace

StatusOr<ImageBuffer> DecodePng(const ImageInfo& info, std::span<const std::uint8_t> bytes) {
  Input input{bytes};
  Failure failure;
  const auto corrupt = [&] {
    return CorruptData("its PNG data cannot be decoded: " + std::string(failure.text.data()));
  };
  Reader reader;
  reader.png = png_create_read_struct(PNG_LIBPNG_VER_STRING, &failure, OnError, OnWarning);
  if (reader.png != nullptr) reader.info = png_create_info_struct(reader.png);
  if (reader.info == nullptr) return ResourceExhausted("no memory for the picture");
  png_set_read_fn(reader.png, &input, ReadBytes);
  // The probe's limits are ours; libpng's own would refuse sides over a million.
  png_set_user_limits(reader.png, 0x7fffffff, 0x7fffffff);
  PixelFormat format{};
  if (!StartReading(reader, format)) return corrupt();
  SEAFUSION_ASSIGN_OR_RETURN(
      ImageBuffer image,
      ImageBuffer::Create(static_cast<int>(info.width), static_cast<int>(info.height), format));
  const MutableImageView view = image.view();
  if (png_get_image_width(reader.png, reader.info) != info.width ||
      png_get_image_height(reader.png, reader.info) != info.height ||
      static_cast<std::ptrdiff_t>(png_get_rowbytes(reader.png, reader.info)) != view.stride) {
    return Internal("libpng and the probe see different sizes");
  }
  std::vector<png_bytep> rows(info.height);
  for (int y = 0; y < view.height; ++y) {
    rows[static_cast<std::size_t>(y)] = view.Row<png_byte>(y);
  }
  if (!ReadRows(reader, rows.data())) return corrupt();
  return image;
}

}  // namespace seafusion::io
