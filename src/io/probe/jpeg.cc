// JPEG: ITU-T T.81, annex B (markers and segments).
#include <optional>

#include "io/probe/byte_view.h"
#include "io/probe/formats.h"

namespace seafusion::io::probe {
namespace {

constexpr unsigned kSoi = 0xd8;
constexpr unsigned kEoi = 0xd9;
constexpr unsigned kSos = 0xda;
constexpr unsigned kTem = 0x01;
// Baseline and extended sequential; progressive and lossless frames come after.
constexpr unsigned kLastSequential = 0xc1;

bool IsFrameHeader(unsigned marker) {
  // SOF0 to SOF15 without DHT, JPG and DAC, which stand between them.
  return marker >= 0xc0 && marker <= 0xcf && marker != 0xc4 && marker != 0xc8 && marker != 0xcc;
}
bool IsRestart(unsigned marker) {
  return marker >= 0xd0 && marker <= 0xd7;
}

StatusOr<ImageInfo> ReadFrame(const ByteView& view, std::uint64_t at, std::uint64_t length) {
  const std::uint64_t components = view.NumberAt(at + 7, 1);
  if (length < 8 || length != 8 + 3 * components) return CorruptData("broken JPEG frame header");
  const std::uint64_t bits = view.NumberAt(at + 2, 1);
  if (bits != 8) {
    return Unsupported("a JPEG of " + std::to_string(bits) +
                       " bits a sample; only 8 are supported");
  }
  if (components != 1 && components != 3 && components != 4) {
    return Unsupported("a JPEG of " + std::to_string(components) + " components");
  }
  return ImageInfo{.format = ImageFileFormat::kJpeg,
                   .width = static_cast<std::uint32_t>(view.NumberAt(at + 5, 2)),
                   .height = static_cast<std::uint32_t>(view.NumberAt(at + 3, 2)),
                   .channels = components == 1 ? 1 : 3,
                   .bits = 8};
}

// Position of the 0xff that begins the marker after the entropy-coded data at `at`; nothing when
// the file ends.
std::optional<std::uint64_t> EndOfScan(Bytes bytes, std::uint64_t at) {
  for (; at + 1 < bytes.size(); ++at) {
    // 0xff 0x00 is a stuffed data byte, 0xff 0xff a fill byte.
    if (bytes[at] == 0xff && bytes[at + 1] != 0 && bytes[at + 1] != 0xff &&
        !IsRestart(bytes[at + 1])) {
      return at;
    }
  }
  return std::nullopt;
}

}  // namespace

bool IsJpeg(Bytes bytes) {
  return bytes.size() >= 3 && bytes[0] == 0xff && bytes[1] == kSoi && bytes[2] == 0xff;
}

StatusOr<ImageInfo> ProbeJpeg(Bytes bytes, std::uint64_t max_pixels) {
  const ByteView view(bytes, ByteOrder::kBig);
  std::optional<ImageInfo> frame;
  bool sequential = false;
  int scans = 0;
  std::uint64_t components = 0;
  bool all_components = false;  // in the first scan
  std::uint64_t at = 2;
  while (true) {
    if (!view.Holds(at, 2)) return CutShort("the JPEG, before its end marker");
    if (bytes[at] != 0xff) {
      return CorruptData("no JPEG marker where one must be, at byte " + std::to_string(at));
    }
    const unsigned marker = bytes[at + 1];
    if (marker == 0xff) {  // fill byte
      ++at;
      continue;
    }
    at += 2;
    if (marker == kEoi) break;
    if (marker == kTem || IsRestart(marker)) continue;
    if (marker == 0 || marker == kSoi) {
      return CorruptData("unexpected JPEG marker at byte " + std::to_string(at - 2));
    }
    const std::optional<std::uint64_t> length = view.Number(at, 2);
    if (!length || !view.Holds(at, *length)) return CutShort("a JPEG segment");
    if (*length < 2) return CorruptData("broken JPEG segment at byte " + std::to_string(at));
    if (IsFrameHeader(marker)) {
      if (frame) return CorruptData("a JPEG with two frame headers");
      SEAFUSION_ASSIGN_OR_RETURN(frame, ReadFrame(view, at, *length));
      sequential = marker <= kLastSequential;
      SEAFUSION_RETURN_IF_ERROR(CheckSize(frame->width, frame->height, max_pixels));
    }
    const std::uint64_t header = at;
    if (IsFrameHeader(marker)) components = view.NumberAt(at + 7, 1);
    at += *length;
    if (marker == kSos) {
      if (!frame) return CorruptData("a JPEG scan without a frame header");
      if (++scans == 1) all_components = view.NumberAt(header + 2, 1) == components;
      const std::optional<std::uint64_t> end = EndOfScan(bytes, at);
      if (!end) return CutShort("the JPEG's image data");
      at = *end;
    }
  }
  if (scans == 0) return CorruptData("the JPEG has no image data");
  frame->single_scan = sequential && scans == 1 && all_components;
  return *frame;
}

}  // namespace seafusion::io::probe
