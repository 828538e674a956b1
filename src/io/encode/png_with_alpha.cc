#include <png.h>

#include <bit>
#include <csetjmp>

#include "io/encode/with_alpha.h"

namespace seafusion::io {
namespace {

[[noreturn]] void Fail(png_structp png, png_const_charp /*text*/) {
  png_longjmp(png, 1);
}

void SayNothing(png_structp /*png*/, png_const_charp /*text*/) {}

// The bytes' own growing may run out of memory; no exception may pass through libpng.
void Append(png_structp png, png_bytep from, std::size_t count) {
  auto* bytes = static_cast<std::vector<std::uint8_t>*>(png_get_io_ptr(png));
  bool done = true;
  try {
    bytes->insert(bytes->end(), from, from + count);
  } catch (...) {
    done = false;
  }
  if (!done) png_error(png, "");
}

void Flush(png_structp /*png*/) {}

// Frees libpng's structures.
struct PngWriter {
  png_structp png = nullptr;
  png_infop info = nullptr;
  PngWriter() = default;
  ~PngWriter() { png_destroy_write_struct(&png, &info); }
  PngWriter(const PngWriter&) = delete;
  PngWriter& operator=(const PngWriter&) = delete;
};

// libpng returns from errors by longjmp: no C++ objects here.
bool WriteAll(PngWriter& writer, PictureWithAlpha& picture, std::vector<std::uint8_t>& bytes) {
  if (setjmp(png_jmpbuf(writer.png)) != 0) return false;
  png_set_write_fn(writer.png, &bytes, Append, Flush);
  // As OpenCV writes the others.
  png_set_compression_level(writer.png, 1);
  png_set_filter(writer.png, PNG_FILTER_TYPE_BASE, PNG_FILTER_SUB);
  png_set_IHDR(writer.png, writer.info, static_cast<png_uint_32>(picture.width()),
               static_cast<png_uint_32>(picture.height()), picture.bits(),
               picture.channels() == 2 ? PNG_COLOR_TYPE_GRAY_ALPHA : PNG_COLOR_TYPE_RGB_ALPHA,
               PNG_INTERLACE_NONE, PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
  png_write_info(writer.png, writer.info);
  if (picture.bits() == 16 && std::endian::native == std::endian::little) png_set_swap(writer.png);
  for (int y = 0; y < picture.height(); ++y) png_write_row(writer.png, picture.Row(y));
  png_write_end(writer.png, writer.info);
  return true;
}

}  // namespace

StatusOr<std::vector<std::uint8_t>> EncodePngWithAlpha(PictureWithAlpha& picture) {
  std::vector<std::uint8_t> bytes;
  PngWriter writer;
  writer.png = png_create_write_struct(PNG_LIBPNG_VER_STRING, nullptr, Fail, SayNothing);
  if (writer.png != nullptr) writer.info = png_create_info_struct(writer.png);
  if (writer.info == nullptr || !WriteAll(writer, picture, bytes)) {
    return ResourceExhausted("no memory for the picture");
  }
  return bytes;
}

}  // namespace seafusion::io
