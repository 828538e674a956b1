// WebP: RFC 9649 (container and lossless stream), RFC 6386 (VP8 frame header).
#include <optional>

#include "io/probe/byte_view.h"
#include "io/probe/formats.h"

namespace seafusion::io::probe {
namespace {

constexpr std::uint64_t kRiffHeader = 12;

struct Size {
  std::uint64_t width, height;
};

StatusOr<Size> LossySize(const ByteView& view, std::uint64_t data, std::uint64_t length) {
  // Three bytes of frame tag, whose lowest bit is 0 for a key frame, then a start code and two
  // 14-bit sides.
  if (length < 10 || (view.NumberAt(data, 1) & 1) != 0 || !view.HasText(data + 3, "\x9d\x01\x2a")) {
    return CorruptData("broken WebP frame header");
  }
  return Size{view.NumberAt(data + 6, 2) & 0x3fff, view.NumberAt(data + 8, 2) & 0x3fff};
}

StatusOr<Size> LosslessSize(const ByteView& view, std::uint64_t data, std::uint64_t length) {
  if (length < 5 || view.NumberAt(data, 1) != 0x2f) {
    return CorruptData("broken WebP lossless header");
  }
  const std::uint64_t packed = view.NumberAt(data + 1, 4);
  return Size{(packed & 0x3fff) + 1, (packed >> 14 & 0x3fff) + 1};
}

}  // namespace

bool IsWebp(Bytes bytes) {
  const ByteView view(bytes, ByteOrder::kLittle);
  return view.HasText(0, "RIFF") && view.HasText(8, "WEBP");
}

StatusOr<ImageInfo> ProbeWebp(Bytes bytes, std::uint64_t max_pixels) {
  const ByteView whole(bytes, ByteOrder::kLittle);
  const std::uint64_t riff = whole.NumberAt(4, 4);
  if (riff < 4) return CorruptData("broken WebP header");
  // A cut file is read on as far as its size: a huge picture is refused for that.
  const bool cut = !whole.Holds(8, riff);
  const ByteView view(cut ? bytes : bytes.first(8 + riff), ByteOrder::kLittle);
  std::optional<Size> size;
  for (std::uint64_t at = kRiffHeader; !size;) {
    if (!view.Holds(at, 8)) {
      return cut ? CutShort("the WebP file") : CorruptData("the WebP has no image data");
    }
    const std::uint64_t length = view.NumberAt(at + 4, 4);
    const std::uint64_t data = at + 8;
    if (view.HasText(at, "VP8X") && length >= 10 && view.Holds(data, 10)) {
      if ((view.NumberAt(data, 1) & 0x02) != 0) return Unsupported("an animated WebP");
      // Canvas sides minus one, 24 bits each: they bound the frame that follows.
      SEAFUSION_RETURN_IF_ERROR(
          CheckSize(view.NumberAt(data + 4, 3) + 1, view.NumberAt(data + 7, 3) + 1, max_pixels));
    } else if (view.HasText(at, "VP8 ") && view.Holds(data, 10)) {
      SEAFUSION_ASSIGN_OR_RETURN(size, LossySize(view, data, length));
    } else if (view.HasText(at, "VP8L") && view.Holds(data, 5)) {
      SEAFUSION_ASSIGN_OR_RETURN(size, LosslessSize(view, data, length));
    }
    if (size) SEAFUSION_RETURN_IF_ERROR(CheckSize(size->width, size->height, max_pixels));
    if (!view.Holds(data, length)) return CutShort("a WebP chunk");
    at = data + length + length % 2;  // chunks are padded to an even length
  }
  if (cut) return CutShort("the WebP file");
  return ImageInfo{.format = ImageFileFormat::kWebp,
                   .width = static_cast<std::uint32_t>(size->width),
                   .height = static_cast<std::uint32_t>(size->height),
                   .channels = 3,
                   .bits = 8};
}

}  // namespace seafusion::io::probe
