#include "io/testing/crafted_camera_files.h"

#include <algorithm>
#include <bit>
#include <string_view>

#include "io/testing/crafted_pictures.h"

namespace seafusion::io::testing {
namespace {

std::string Float(double v) {
  return Little(std::bit_cast<std::uint32_t>(static_cast<float>(v)), 4);
}

void Put(std::string& to, std::size_t at, const std::string& bytes) {
  to.replace(at, bytes.size(), bytes);
}

std::string Segments(unsigned marker, const std::vector<std::string>& contents) {
  std::string jpeg = "\xff\xd8";
  for (const std::string& content : contents) {
    jpeg += '\xff';
    jpeg += static_cast<char>(marker);
    jpeg += Big(content.size() + 2, 2) + content;
  }
  return jpeg + "\xff\xd9";
}

}  // namespace

std::string FlirPicture(unsigned width, unsigned height, const std::string& body, bool big_endian) {
  const auto number = [&](unsigned v) { return big_endian ? Big(v, 2) : Little(v, 2); };
  std::string record = number(2) + number(width) + number(height);
  record.resize(32, '\0');
  return record + body;
}

std::string FlirCamera(double emissivity) {
  constexpr double kZero = 273.15;
  std::string r(0x310, '\0');
  Put(r, 0, Little(2, 2));
  Put(r, 0x20, Float(emissivity));
  Put(r, 0x24, Float(1));
  for (const std::size_t at : {0x28, 0x2c, 0x30}) Put(r, at, Float(20 + kZero));
  Put(r, 0x34, Float(1));
  Put(r, 0x3c, Float(0.5));
  Put(r, 0x58, Float(21106.77));
  Put(r, 0x5c, Float(1501));
  Put(r, 0x60, Float(1));
  Put(r, 0x70, Float(0.006569));
  Put(r, 0x74, Float(0.01262));
  Put(r, 0x78, Float(-0.002276));
  Put(r, 0x7c, Float(-0.00667));
  Put(r, 0x80, Float(1.9));
  Put(r, 0xd4, "Crafted 660");
  Put(r, 0x308, Little(static_cast<std::uint32_t>(-7340), 4));
  Put(r, 0x30c, Float(0.012545258));
  return r;
}

std::string FlirPlacementRecord(float real_to_ir, int x, int y) {
  return Float(real_to_ir) + Little(static_cast<std::uint16_t>(x), 2) +
         Little(static_cast<std::uint16_t>(y), 2);
}

std::string FlirFile(const std::vector<FlirRecord>& records, bool big_endian_directory) {
  const auto number = [&](std::uint64_t v, unsigned count) {
    return big_endian_directory ? Big(v, count) : Little(v, count);
  };
  std::string header = std::string("FFF\0", 4);
  header.resize(0x14, '\0');
  header += number(101, 4) + number(64, 4) + number(records.size(), 4);
  header.resize(64, '\0');
  std::string directory, contents;
  const std::size_t begin = 64 + 32 * records.size();
  for (const auto& [type, content] : records) {
    std::string entry = number(type, 2);
    entry.resize(12, '\0');
    entry += number(begin + contents.size(), 4) + number(content.size(), 4);
    entry.resize(32, '\0');
    directory += entry;
    contents += content;
  }
  return header + directory + contents;
}

std::string JpegWithFlir(const std::string& block, std::size_t part) {
  std::vector<std::string> contents;
  const std::size_t parts = (block.size() + part - 1) / part;
  for (std::size_t i = 0; i < parts; ++i) {
    contents.push_back(std::string("FLIR\0\1", 6) + static_cast<char>(i) +
                       static_cast<char>(parts - 1) + block.substr(i * part, part));
  }
  return Segments(0xe1, contents);
}

std::string JpegWithApp(unsigned n, const std::string& content, std::size_t part) {
  std::vector<std::string> contents;
  for (std::size_t at = 0; at < content.size(); at += part) {
    contents.push_back(content.substr(at, part));
  }
  return Segments(0xe0 + n, contents);
}

std::string InfirayPicture(unsigned width, unsigned height, const std::string& counts,
                           const std::string& visible) {
  std::string header = "\xca\xac" + Little(128, 2) + Little(width * height, 4) + Little(width, 2) +
                       Little(height, 2);
  header.resize(128, '\0');
  return header + std::string(width * height, '\x40') + counts + visible;
}

std::string SmoothCounts(unsigned width, unsigned height, unsigned lowest) {
  std::string counts;
  for (unsigned y = 0; y < height; ++y) {
    for (unsigned x = 0; x < width; ++x) counts += Little(lowest + 3 * x + 5 * y, 2);
  }
  return counts;
}

}  // namespace seafusion::io::testing
