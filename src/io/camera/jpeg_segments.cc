#include "io/camera/jpeg_segments.h"

#include <optional>

#include "io/probe/byte_view.h"

namespace seafusion::io {
namespace {

constexpr unsigned kTem = 0x01, kRst0 = 0xd0, kSoi = 0xd8, kEoi = 0xd9, kSos = 0xda, kApp0 = 0xe0;
constexpr unsigned kFirstOwn = 3, kLastOwn = 6;
// "FLIR", 0, version, part, last part.
constexpr std::uint64_t kFlirHeader = 8;

void Join(std::vector<std::uint8_t>& to, std::span<const std::uint8_t> part) {
  to.insert(to.end(), part.begin(), part.end());
}

}  // namespace

StatusOr<JpegSegments> ReadJpegSegments(std::span<const std::uint8_t> bytes) {
  const probe::ByteView view(bytes, probe::ByteOrder::kBig);
  if (view.Number(0, 2) != 0xff00 + kSoi) return CorruptData("not a JPEG file");
  JpegSegments found;
  std::array<std::span<const std::uint8_t>, 256> flir{};
  std::optional<unsigned> last_part;
  std::uint64_t at = 2;
  while (view.Holds(at, 2) && bytes[at] == 0xff) {
    const unsigned marker = bytes[at + 1];
    if (marker == 0xff) {  // fill byte
      ++at;
      continue;
    }
    at += 2;
    if (marker == kTem || (marker >= kRst0 && marker <= kSoi)) continue;
    if (marker == kEoi || marker == kSos) break;
    const std::optional<std::uint64_t> length = view.Number(at, 2);
    if (!length || *length < 2 || !view.Holds(at, *length)) break;
    const auto content = bytes.subspan(at + 2, *length - 2);
    if (marker == kApp0 + 1 && view.HasText(at + 2, std::string_view("FLIR\0", 5)) &&
        content.size() >= kFlirHeader) {
      const unsigned part = content[6];
      if (!last_part) last_part = content[7];
      if (!flir[part].empty()) ++found.flir_missing;
      flir[part] = content.subspan(kFlirHeader);
    } else if (marker >= kApp0 + kFirstOwn && marker <= kApp0 + kLastOwn) {
      Join(found.app[marker - kApp0], content);
    }
    at += *length;
  }
  for (unsigned part = 0; last_part && part <= *last_part; ++part) {
    if (flir[part].empty()) ++found.flir_missing;
    Join(found.flir, flir[part]);
  }
  return found;
}

}  // namespace seafusion::io
