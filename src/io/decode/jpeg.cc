#include <csetjmp>
#include <cstddef>
#include <cstdio>
#include <string>
#include <vector>

// jpeglib.h expects size_t and FILE to be declared.
#include <jerror.h>
#include <jpeglib.h>

#include "core/status_macros.h"
#include "io/decode/decode.h"

namespace seafusion::io {
namespace {

struct ErrorHandler {
  jpeg_error_mgr base{};  // first: libjpeg hands back a pointer to it
  std::jmp_buf jump{};
};

[[noreturn]] void OnError(j_common_ptr jpeg) {
  auto* handler = reinterpret_cast<ErrorHandler*>(jpeg->err);
  std::longjmp(handler->jump, 1);
}

// Level -1 says that the data is damaged; others are traces.
void OnMessage(j_common_ptr jpeg, int level) {
  if (level < 0) OnError(jpeg);
}

void PrintNothing(j_common_ptr /*jpeg*/) {}

// Frees libjpeg's structures, in every state.
struct Reader {
  jpeg_decompress_struct jpeg{};
  ErrorHandler errors;
  Reader() {
    jpeg.err = jpeg_std_error(&errors.base);
    errors.base.error_exit = OnError;
    errors.base.emit_message = OnMessage;
    errors.base.output_message = PrintNothing;
  }
  ~Reader() { jpeg_destroy_decompress(&jpeg); }
  Reader(const Reader&) = delete;
  Reader& operator=(const Reader&) = delete;
};

// libjpeg returns from errors by longjmp, so the functions that call it hold no C++ objects.
bool Start(Reader& reader, const unsigned char* bytes, unsigned long count) {
  if (setjmp(reader.errors.jump) != 0) return false;
  jpeg_create_decompress(&reader.jpeg);
  jpeg_mem_src(&reader.jpeg, bytes, count);
  jpeg_read_header(&reader.jpeg, TRUE);
  switch (reader.jpeg.num_components) {
    case 1:
      reader.jpeg.out_color_space = JCS_GRAYSCALE;
      break;
    case 3:
      reader.jpeg.out_color_space = JCS_RGB;
      break;
    default:
      reader.jpeg.out_color_space = JCS_CMYK;
  }
  jpeg_start_decompress(&reader.jpeg);
  return true;
}

bool ReadRow(Reader& reader, JSAMPLE* row) {
  if (setjmp(reader.errors.jump) != 0) return false;
  jpeg_read_scanlines(&reader.jpeg, &row, 1);
  return true;
}

bool Finish(Reader& reader) {
  if (setjmp(reader.errors.jump) != 0) return false;
  jpeg_finish_decompress(&reader.jpeg);
  return true;
}

// Four components are stored as Adobe does it: ink inverted, so that 255 is none.
void RgbFromInvertedCmyk(const JSAMPLE* cmyk, int width, std::uint8_t* rgb) {
  for (int x = 0; x < width; ++x) {
    const int black = cmyk[4 * x + 3];
    for (int c = 0; c < 3; ++c) {
      rgb[3 * x + c] = static_cast<std::uint8_t>((cmyk[4 * x + c] * black + 127) / 255);
    }
  }
}

}  // namespace

StatusOr<ImageBuffer> DecodeJpeg(const ImageInfo& info, std::span<const std::uint8_t> bytes) {
  Reader reader;
  const auto corrupt = [&] {
    // libjpeg's sentences are for programmers.
    switch (reader.errors.base.msg_code) {
      case JERR_OUT_OF_MEMORY:
        return ResourceExhausted("no memory for the picture");
      case JERR_BAD_PRECISION:
        return Unsupported("a JPEG of " + std::to_string(reader.errors.base.msg_parm.i[0]) +
                           " bits a sample is not supported");
      case JERR_ARITH_NOTIMPL:
      case JERR_SOF_UNSUPPORTED:
        return Unsupported("a JPEG of this kind of compression is not supported");
      default:
        return CorruptData("its JPEG data is damaged");
    }
  };
  if (!Start(reader, bytes.data(), static_cast<unsigned long>(bytes.size()))) return corrupt();
  if (reader.jpeg.output_width != info.width || reader.jpeg.output_height != info.height) {
    return Internal("libjpeg and the probe see different sizes");
  }
  const int width = static_cast<int>(info.width);
  const int components = reader.jpeg.output_components;
  SEAFUSION_ASSIGN_OR_RETURN(
      ImageBuffer image,
      ImageBuffer::Create(width, static_cast<int>(info.height),
                          components == 1 ? PixelFormat::kGray8 : PixelFormat::kRgb8));
  std::vector<JSAMPLE> cmyk(components == 4 ? std::size_t{4} * info.width : 0);
  for (int y = 0; y < image.height(); ++y) {
    auto* row = image.view().Row<std::uint8_t>(y);
    if (!ReadRow(reader, cmyk.empty() ? row : cmyk.data())) return corrupt();
    if (!cmyk.empty()) RgbFromInvertedCmyk(cmyk.data(), width, row);
  }
  if (!Finish(reader)) return corrupt();
  return image;
}

}  // namespace seafusion::io
