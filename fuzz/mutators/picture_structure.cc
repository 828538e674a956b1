#include "mutators/picture_structure.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <optional>
#include <random>
#include <vector>

extern "C" std::size_t LLVMFuzzerMutate(std::uint8_t* data, std::size_t size, std::size_t max_size);

namespace seafusion::fuzz {
namespace {

using Random = std::minstd_rand;

// What sizes, counts, offsets and kinds are tried as.
constexpr std::array<std::uint32_t, 20> kNumbers = {
    0,   1,    2,    3,     4,     7,     8,      12,         16,         32,
    255, 1000, 4096, 32767, 32768, 65535, 100000, 0x7fffffff, 0x80000000, 0xffffffff};

// A file seen as numbers in one byte order; what lies outside is not written.
struct Fields {
  std::uint8_t* data;
  std::size_t size;
  bool big_endian;

  std::uint32_t Load(std::size_t at, unsigned bytes) const {
    std::uint32_t value = 0;
    for (unsigned i = 0; i < bytes && at + i < size; ++i) {
      const unsigned shift = 8 * (big_endian ? bytes - 1 - i : i);
      value |= std::uint32_t{data[at + i]} << shift;
    }
    return value;
  }
  void Store(std::size_t at, unsigned bytes, std::uint32_t value) const {
    for (unsigned i = 0; i < bytes && at + i < size; ++i) {
      const unsigned shift = 8 * (big_endian ? bytes - 1 - i : i);
      data[at + i] = static_cast<std::uint8_t>(value >> shift);
    }
  }
  // One of the numbers above, the file's size, or one more or less than what is there.
  void Change(std::size_t at, unsigned bytes, Random& random) const {
    const std::uint32_t kind = random() % 4;
    std::uint32_t value = kNumbers[random() % kNumbers.size()];
    if (kind == 0) value = static_cast<std::uint32_t>(size - random() % 4);
    if (kind == 1) value = Load(at, bytes) + (random() % 2 == 0 ? 1 : ~0U);
    Store(at, bytes, value);
  }
};

// Entries of 12 bytes: tag, type, count, value or offset (TIFF 6.0, section 2).
bool ChangeTiff(std::uint8_t* data, std::size_t size, Random& random) {
  if (size < 8 || (std::memcmp(data, "II*", 3) != 0 && std::memcmp(data, "MM\0*", 4) != 0)) {
    return false;
  }
  constexpr std::array<std::uint16_t, 24> kTags = {256, 257, 258, 259, 262, 266, 273,   274,
                                                   277, 278, 279, 284, 297, 317, 320,   322,
                                                   323, 324, 325, 330, 338, 339, 42113, 34665};
  const Fields fields{data, size, data[0] == 'M'};
  const std::size_t directory = fields.Load(4, 4);
  if (directory + 2 > size) return false;
  const std::size_t entries = fields.Load(directory, 2);
  if (entries == 0) return false;
  const std::size_t at = directory + 2 + 12 * (random() % std::min<std::size_t>(entries, 40));
  switch (random() % 5) {
    case 0:
      fields.Store(at, 2, kTags[random() % kTags.size()]);
      break;
    case 1:
      fields.Store(at + 2, 2, random() % 19);
      break;
    case 2:
      fields.Change(at + 4, 4, random);
      break;
    default:  // a SHORT's value stands in the first two bytes
      fields.Change(at + 8, fields.Load(at + 2, 2) == 3 ? 2 : 4, random);
  }
  return true;
}

// Records of 32 bytes: main and sub type, version, id, offset, length, ...
bool ChangeFlir(std::uint8_t* data, std::size_t size, Random& random) {
  constexpr std::array<std::uint8_t, 4> kMagic = {'F', 'F', 'F', 0};
  const auto* found = std::search(data, data + size, kMagic.begin(), kMagic.end());
  const auto block = static_cast<std::size_t>(found - data);
  if (size - block < 64) return false;
  Fields fields{data, size, true};
  if (fields.Load(block + 20, 4) > 1000) fields.big_endian = false;
  const std::size_t directory = block + fields.Load(block + 24, 4);
  const std::size_t records = std::clamp<std::size_t>(fields.Load(block + 28, 4), 1, 16);
  if (directory >= size) return false;
  const std::size_t record = directory + 32 * (random() % records);
  const std::size_t content = block + fields.Load(record + 12, 4);
  switch (random() % 4) {
    case 0:
      fields.Store(record, 2, std::array{1U, 0x0eU, 0x20U, 0x2aU, 0x29U}[random() % 5]);
      break;
    case 1:
      fields.Change(record + 12, 4, random);
      break;
    case 2:
      fields.Change(record + 16, 4, random);
      break;
    default:  // sides of a picture and such, in the other byte order
      fields.big_endian = false;
      if (content < size) fields.Change(content + 2 * (random() % 16), 2, random);
  }
  return true;
}

// Length, type, data, CRC; readers let every CRC through here.
bool ChangePng(std::uint8_t* data, std::size_t size, Random& random) {
  if (size < 33 || std::memcmp(data, "\x89PNG", 4) != 0) return false;
  const Fields fields{data, size, true};
  std::vector<std::size_t> chunks;
  for (std::size_t at = 8; at + 12 <= size;) {
    chunks.push_back(at);
    at += std::size_t{12} + fields.Load(at, 4);
  }
  const std::size_t at = chunks[random() % chunks.size()];
  switch (random() % 4) {
    case 0: {
      constexpr std::array<const char*, 7> kNames = {"IHDR", "PLTE", "IDAT", "IEND",
                                                     "tRNS", "eXIf", "iTXt"};
      std::memcpy(data + at + 4, kNames[random() % kNames.size()], 4);
      break;
    }
    case 1:  // sides
      fields.Change(16 + 4 * (random() % 2), 4, random);
      break;
    case 2:  // bits, colour, interlace
      fields.Store(24 + random() % 5, 1, kNumbers[random() % 9]);
      break;
    default: {
      const std::size_t length = std::min<std::size_t>(fields.Load(at, 4), size - at - 12);
      if (length != 0) LLVMFuzzerMutate(data + at + 8, length, length);
    }
  }
  return true;
}

// Marker, length, data; up to the picture's own.
bool ChangeJpeg(std::uint8_t* data, std::size_t size, Random& random) {
  if (size < 8 || data[0] != 0xff || data[1] != 0xd8) return false;
  const Fields fields{data, size, true};
  std::vector<std::size_t> segments;
  for (std::size_t at = 2; at + 4 <= size && data[at] == 0xff;) {
    segments.push_back(at);
    if (data[at + 1] == 0xda) break;
    at += 2 + std::max<std::size_t>(fields.Load(at + 2, 2), 2);
  }
  if (segments.empty()) return false;
  const std::size_t at = segments[random() % segments.size()];
  const std::size_t length = std::min<std::size_t>(fields.Load(at + 2, 2), size - at - 2);
  switch (random() % 4) {
    case 0:
      data[at + 1] = std::array<std::uint8_t, 12>{
          0xc0, 0xc1, 0xc2, 0xc4, 0xda, 0xdb, 0xdd, 0xe1, 0xe3, 0xe4, 0xed, 0xd9}[random() % 12];
      break;
    case 1:
      fields.Change(at + 2, 2, random);
      break;
    default:
      if (length > 2) LLVMFuzzerMutate(data + at + 4, length - 2, length - 2);
  }
  return true;
}

}  // namespace

std::size_t MutatePicture(std::uint8_t* data, std::size_t size, std::size_t max_size,
                          unsigned seed) {
  Random random(seed);
  if (random() % 2 == 0) return LLVMFuzzerMutate(data, size, max_size);
  // A FLIR block may lie in a JPEG.
  const bool changed = (random() % 2 == 0 && ChangeFlir(data, size, random)) ||
                       ChangeTiff(data, size, random) || ChangePng(data, size, random) ||
                       ChangeJpeg(data, size, random) || ChangeFlir(data, size, random);
  return changed ? size : LLVMFuzzerMutate(data, size, max_size);
}

}  // namespace seafusion::fuzz
