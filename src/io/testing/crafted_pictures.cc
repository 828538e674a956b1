#include "io/testing/crafted_pictures.h"

#include <algorithm>
#include <map>

namespace seafusion::io::testing {
namespace {

// Bit by bit, to be another way of getting there than the table of the code under test.
std::uint32_t Crc32(const std::string& bytes) {
  std::uint32_t crc = 0xffffffffu;
  for (const char c : bytes) {
    crc ^= static_cast<std::uint8_t>(c);
    for (int i = 0; i < 8; ++i) crc = (crc >> 1) ^ (0xedb88320u & (0u - (crc & 1)));
  }
  return ~crc;
}

std::uint32_t Adler32(const std::string& bytes) {
  std::uint32_t a = 1, b = 0;
  for (const char c : bytes) {
    a = (a + static_cast<std::uint8_t>(c)) % 65521;
    b = (b + a) % 65521;
  }
  return b << 16 | a;
}

constexpr unsigned kShort = 3, kLong = 4, kLong8 = 16;

}  // namespace

std::string Big(std::uint64_t value, unsigned count) {
  std::string bytes;
  for (unsigned i = count; i-- > 0;) bytes += static_cast<char>(value >> (8 * i) & 0xff);
  return bytes;
}

std::string Little(std::uint64_t value, unsigned count) {
  std::string bytes = Big(value, count);
  std::reverse(bytes.begin(), bytes.end());
  return bytes;
}

std::string PngSignature() {
  return "\x89PNG\r\n\x1a\n";
}

std::string PngChunk(const std::string& type, const std::string& data) {
  return Big(data.size(), 4) + type + data + Big(Crc32(type + data), 4);
}

std::string PngHeader(std::uint32_t width, std::uint32_t height, unsigned bit_depth,
                      unsigned colour_type) {
  return PngChunk("IHDR", Big(width, 4) + Big(height, 4) + Big(bit_depth, 1) + Big(colour_type, 1) +
                              std::string(3, '\0'));
}

std::string ZlibStored(const std::string& data) {
  return std::string("\x78\x01\x01", 3) + Little(data.size(), 2) + Little(~data.size(), 2) + data +
         Big(Adler32(data), 4);
}

std::string Png(std::uint32_t width, std::uint32_t height, unsigned bit_depth, unsigned colour_type,
                const std::string& rows, const std::string& before_data) {
  std::string filtered;
  const std::size_t row = rows.size() / height;
  for (std::uint32_t y = 0; y < height; ++y) filtered += '\0' + rows.substr(y * row, row);
  return PngSignature() + PngHeader(width, height, bit_depth, colour_type) + before_data +
         PngChunk("IDAT", ZlibStored(filtered)) + PngChunk("IEND", "");
}

std::string Tiff(const TiffSpec& spec) {
  const auto number = [&](std::uint64_t value, unsigned count) {
    return spec.big_endian ? Big(value, count) : Little(value, count);
  };
  const unsigned offset_size = spec.big_tiff ? 8 : 4;
  const std::uint64_t header = spec.big_tiff ? 16 : 8;
  // Header, the bits of each sample, the pixels, the directory.
  std::string bits;
  for (unsigned i = 0; i < spec.samples; ++i) bits += number(spec.bits, 2);
  const std::uint64_t pixels_at = header + bits.size();
  const std::uint64_t directory_at = pixels_at + spec.pixels.size();

  struct Field {
    unsigned type;
    std::uint64_t count, value;
  };
  const unsigned offset_type = spec.big_tiff ? kLong8 : kLong;
  std::map<unsigned, Field> fields = {{256, {kLong, 1, spec.width}},
                                      {257, {kLong, 1, spec.height}},
                                      {258, {kShort, spec.samples, header}},
                                      {259, {kShort, 1, 1}},
                                      {262, {kShort, 1, spec.photometric}},
                                      {273, {offset_type, 1, pixels_at}},
                                      {277, {kShort, 1, spec.samples}},
                                      {278, {kLong, 1, spec.height}},
                                      {279, {offset_type, 1, spec.pixels.size()}}};
  for (const auto& [tag, value] : spec.shorts) fields[tag] = {kShort, 1, value};

  std::string file = spec.big_endian ? "MM" : "II";
  file += number(spec.big_tiff ? 43 : 42, 2);
  if (spec.big_tiff) file += number(8, 2) + number(0, 2);
  file += number(directory_at, offset_size) + bits + spec.pixels;
  file += number(fields.size(), spec.big_tiff ? 8 : 2);
  for (const auto& [tag, field] : fields) {
    file += number(tag, 2) + number(field.type, 2) + number(field.count, offset_size);
    const unsigned size = field.type == kShort ? 2 : field.type == kLong ? 4 : 8;
    const bool inside = field.count * size <= offset_size;
    // Values that fit stand in the entry itself; only the bits of the samples can be several.
    std::string value = tag == 258 && inside && field.value == header
                            ? bits
                            : number(field.value, inside ? size : offset_size);
    value.resize(offset_size, '\0');
    file += value;
  }
  return file + number(0, offset_size);
}

std::vector<NamedFile> HeadersOnly(std::uint32_t width, std::uint32_t height) {
  const std::uint32_t jpeg_width = std::min<std::uint32_t>(width, 65535);
  const std::uint32_t jpeg_height = std::min<std::uint32_t>(height, 65535);
  TiffSpec tiff{.width = width, .height = height, .pixels = "x"};
  const std::string bmp = "BM" + Little(54, 4) + Little(0, 4) + Little(54, 4) + Little(40, 4) +
                          Little(width, 4) + Little(height, 4) + Little(1, 2) + Little(24, 2) +
                          std::string(24, '\0');
  const std::string canvas =
      "VP8X" + Little(10, 4) + Little(0, 4) + Little(width - 1, 3) + Little(height - 1, 3);
  return {{"png", PngSignature() + PngHeader(width, height, 8, 2)},
          {"jpg", "\xff\xd8\xff\xc0" + Big(17, 2) + Big(8, 1) + Big(jpeg_height, 2) +
                      Big(jpeg_width, 2) + Big(3, 1) +
                      std::string("\x01\x22\x00\x02\x11\x01\x03\x11\x01", 9)},
          {"tif", Tiff(tiff)},
          {"bmp", bmp},
          {"webp", "RIFF" + Little(4 + canvas.size(), 4) + "WEBP" + canvas}};
}

}  // namespace seafusion::io::testing
