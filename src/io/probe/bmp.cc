// BMP: Windows device-independent bitmaps, headers BITMAPCOREHEADER to BITMAPV5HEADER.
#include "io/probe/byte_view.h"
#include "io/probe/formats.h"

namespace seafusion::io::probe {
namespace {

constexpr std::uint64_t kFileHeader = 14;
constexpr std::uint64_t kCoreHeader = 12;
constexpr std::uint64_t kInfoHeader = 40;
// BI_RGB, BI_BITFIELDS, BI_ALPHABITFIELDS: rows of plain pixels.
constexpr bool IsPlain(std::uint64_t compression) {
  return compression == 0 || compression == 3 || compression == 6;
}

// Size of a 32-bit signed number; a negative height means that the first row stands on top.
std::uint64_t Magnitude(std::uint64_t v) {
  return v < 0x80000000u ? v : std::uint64_t{0x100000000u} - v;
}

}  // namespace

bool IsBmp(Bytes bytes) {
  return bytes.size() >= 2 && bytes[0] == 'B' && bytes[1] == 'M';
}

StatusOr<ImageInfo> ProbeBmp(Bytes bytes, std::uint64_t max_pixels) {
  const ByteView view(bytes, ByteOrder::kLittle);
  if (!view.Holds(0, kFileHeader + 4)) return CutShort("the BMP header");
  const std::uint64_t file_size = view.NumberAt(2, 4);
  const std::uint64_t pixels_at = view.NumberAt(10, 4);
  const std::uint64_t header = view.NumberAt(kFileHeader, 4);
  if (header != kCoreHeader && (header < kInfoHeader || header > 1024)) {
    return CorruptData("not a BMP picture: its header has " + std::to_string(header) + " bytes");
  }
  if (!view.Holds(kFileHeader, header)) return CutShort("the BMP header");

  const bool core = header == kCoreHeader;
  const std::uint64_t width = core ? view.NumberAt(18, 2) : view.NumberAt(18, 4);
  const std::uint64_t height = core ? view.NumberAt(20, 2) : Magnitude(view.NumberAt(22, 4));
  const std::uint64_t bits = core ? view.NumberAt(24, 2) : view.NumberAt(28, 2);
  const std::uint64_t compression = core ? 0 : view.NumberAt(30, 4);
  SEAFUSION_RETURN_IF_ERROR(CheckSize(width, height, max_pixels));
  if (bits != 1 && bits != 4 && bits != 8 && bits != 16 && bits != 24 && bits != 32) {
    return CorruptData("the BMP has " + std::to_string(bits) + " bits a pixel");
  }
  if (!IsPlain(compression)) {
    return Unsupported("a compressed BMP (kind " + std::to_string(compression) + ")");
  }
  if (pixels_at < kFileHeader + header) return CorruptData("the BMP's pixels overlap its header");
  // Rows are padded to 4 bytes. Both sides are below 2^31 here and bits at most 32, so nothing
  // overflows.
  const std::uint64_t row = (width * bits + 31) / 32 * 4;
  if (row > view.size() / height || !view.Holds(pixels_at, row * height) ||
      file_size > view.size()) {
    return CutShort("the BMP's pixels");
  }
  return ImageInfo{.format = ImageFileFormat::kBmp,
                   .width = static_cast<std::uint32_t>(width),
                   .height = static_cast<std::uint32_t>(height),
                   .channels = 3,
                   .bits = 8};
}

}  // namespace seafusion::io::probe
