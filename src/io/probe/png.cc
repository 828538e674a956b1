// PNG: W3C recommendation, second edition (ISO/IEC 15948), chapter 5 (structure) and 11 (chunks).
#include <algorithm>
#include <array>
#include <cctype>

#include "io/probe/byte_view.h"
#include "io/probe/formats.h"

namespace seafusion::io::probe {
namespace {

constexpr std::array<std::uint8_t, 8> kSignature = {0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'};
// Length, type and CRC around a chunk's data.
constexpr std::uint64_t kChunkFrame = 12;
constexpr std::uint64_t kMaxChunk = 0x7fffffff;

// CRC-32 of ISO 3309 with the reflected polynomial 0xedb88320.
constexpr std::array<std::uint32_t, 256> MakeCrcTable() {
  std::array<std::uint32_t, 256> table{};
  for (std::uint32_t n = 0; n < 256; ++n) {
    std::uint32_t c = n;
    for (int bit = 0; bit < 8; ++bit) c = (c & 1) != 0 ? 0xedb88320u ^ (c >> 1) : c >> 1;
    table[n] = c;
  }
  return table;
}
constexpr std::array<std::uint32_t, 256> kCrcTable = MakeCrcTable();

[[maybe_unused]] std::uint32_t Crc(Bytes bytes) {
  std::uint32_t c = 0xffffffffu;
  for (const std::uint8_t b : bytes) c = kCrcTable[(c ^ b) & 0xff] ^ (c >> 8);
  return c ^ 0xffffffffu;
}

// Fuzzers are let through: they cannot guess one.
bool CrcFits([[maybe_unused]] Bytes bytes, [[maybe_unused]] std::uint64_t crc) {
#ifdef FUZZING_BUILD_MODE_UNSAFE_FOR_PRODUCTION
  return true;
#else
  return Crc(bytes) == crc;
#endif
}

struct Header {
  std::uint32_t width, height;
  unsigned bit_depth, colour_type;
};

StatusOr<Header> ReadHeader(const ByteView& view) {
  constexpr std::uint64_t kData = 16;  // after the signature and the chunk's length and type
  if (!view.Holds(8, 8)) return CutShort("the PNG header");
  if (view.NumberAt(8, 4) != 13 || !view.HasText(12, "IHDR")) {
    return CorruptData("the PNG does not begin with an IHDR chunk");
  }
  if (!view.Holds(kData, 13)) return CutShort("the PNG header");
  const Header header = {.width = static_cast<std::uint32_t>(view.NumberAt(kData, 4)),
                         .height = static_cast<std::uint32_t>(view.NumberAt(kData + 4, 4)),
                         .bit_depth = static_cast<unsigned>(view.NumberAt(kData + 8, 1)),
                         .colour_type = static_cast<unsigned>(view.NumberAt(kData + 9, 1))};
  // Table 11.1: allowed combinations of colour type and bit depth, as bit sets of depths.
  constexpr std::array<unsigned, 7> kDepths = {0x10116, 0, 0x10100, 0x116, 0x10100, 0, 0x10100};
  if (header.colour_type >= kDepths.size() || header.bit_depth > 16 ||
      (kDepths[header.colour_type] >> header.bit_depth & 1) == 0) {
    return CorruptData("the PNG header has colour type " + std::to_string(header.colour_type) +
                       " with " + std::to_string(header.bit_depth) + " bits");
  }
  if (view.NumberAt(kData + 10, 1) != 0 || view.NumberAt(kData + 11, 1) != 0 ||
      view.NumberAt(kData + 12, 1) > 1) {
    return CorruptData("the PNG header names an unknown compression, filter or interlace method");
  }
  return header;
}

std::string ChunkName(Bytes bytes, std::uint64_t at) {
  std::string name;
  for (std::uint64_t i = at; i < at + 4; ++i) {
    name += std::isalpha(bytes[i]) != 0 ? static_cast<char>(bytes[i]) : '?';
  }
  return name;
}

}  // namespace

bool IsPng(Bytes bytes) {
  return bytes.size() >= kSignature.size() &&
         std::equal(kSignature.begin(), kSignature.end(), bytes.begin());
}

StatusOr<ImageInfo> ProbePng(Bytes bytes, std::uint64_t max_pixels) {
  const ByteView view(bytes, ByteOrder::kBig);
  SEAFUSION_ASSIGN_OR_RETURN(const Header header, ReadHeader(view));
  SEAFUSION_RETURN_IF_ERROR(CheckSize(header.width, header.height, max_pixels));

  bool palette = false;
  bool data = false;
  bool data_over = false;
  for (std::uint64_t at = kSignature.size();;) {
    if (!view.Holds(at, 8)) return CutShort("a PNG chunk header, before IEND");
    const std::uint64_t length = view.NumberAt(at, 4);
    const std::string name = ChunkName(bytes, at + 4);
    if (length > kMaxChunk || name.find('?') != std::string::npos) {
      return CorruptData("broken PNG chunk at byte " + std::to_string(at));
    }
    if (!view.Holds(at, length + kChunkFrame)) return CutShort("PNG chunk " + name);
    if (!CrcFits(bytes.subspan(at + 4, length + 4), view.NumberAt(at + 8 + length, 4))) {
      return CorruptData("PNG chunk " + name + " at byte " + std::to_string(at) +
                         " has a wrong checksum");
    }
    if (name == "IDAT") {
      if (data_over) return CorruptData("the PNG's IDAT chunks do not follow each other");
      if (header.colour_type == 3 && !palette) return CorruptData("the PNG has no palette");
      data = true;
    } else {
      data_over = data;
    }
    if (name == "PLTE") {
      if (length == 0 || length % 3 != 0 || length > 768) {
        return CorruptData("the PNG's palette has " + std::to_string(length) + " bytes");
      }
      palette = true;
    }
    if (name == "IEND") break;
    at += length + kChunkFrame;
  }
  if (!data) return CorruptData("the PNG has no image data");
  return ImageInfo{.format = ImageFileFormat::kPng,
                   .width = header.width,
                   .height = header.height,
                   .channels = (header.colour_type & 2) != 0 ? 3 : 1,
                   .bits = static_cast<int>(header.bit_depth)};
}

void RemoveAncillaryPngChunks(std::vector<std::uint8_t>& bytes) {
  const ByteView view(bytes, ByteOrder::kBig);
  std::uint64_t kept = kSignature.size();
  for (std::uint64_t at = kept; view.Holds(at, kChunkFrame);) {
    const std::uint64_t size = view.NumberAt(at, 4) + kChunkFrame;
    const bool critical = (bytes[at + 4] & 0x20) == 0;  // bit 5 of the name's first letter
    const bool end = view.HasText(at + 4, "IEND");
    // tRNS decides whether the decoder delivers an alpha channel.
    if (critical || view.HasText(at + 4, "tRNS")) {
      std::copy_n(bytes.begin() + static_cast<std::ptrdiff_t>(at), size,
                  bytes.begin() + static_cast<std::ptrdiff_t>(kept));
      kept += size;
    }
    at += size;
    if (end) break;
  }
  bytes.resize(kept);
}

}  // namespace seafusion::io::probe
