// Picture files built byte by byte, for tests of what ordinary writers never write.
#ifndef SEAFUSION_IO_TESTING_CRAFTED_PICTURES_H_
#define SEAFUSION_IO_TESTING_CRAFTED_PICTURES_H_

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace seafusion::io::testing {

/// `count` bytes of `value`, highest first (Big) or lowest first (Little).
std::string Big(std::uint64_t value, unsigned count);
std::string Little(std::uint64_t value, unsigned count);

std::string PngSignature();
/// Length, type, data and a right CRC.
std::string PngChunk(const std::string& type, const std::string& data);
std::string PngHeader(std::uint32_t width, std::uint32_t height, unsigned bit_depth,
                      unsigned colour_type);
/// A zlib stream that stores `data` without compression.
std::string ZlibStored(const std::string& data);
/// A whole PNG; `rows` are the packed samples of all rows, without filter bytes. `before_data` goes
/// in front of IDAT.
std::string Png(std::uint32_t width, std::uint32_t height, unsigned bit_depth, unsigned colour_type,
                const std::string& rows, const std::string& before_data = "");

/// A TIFF of one uncompressed strip; tags given by the test replace or add to the usual ones.
struct TiffSpec {
  std::uint32_t width = 1, height = 1;
  unsigned bits = 8, samples = 1;
  unsigned photometric = 1;  // 0 white is zero, 1 black is zero, 2 RGB
  std::string pixels;
  bool big_endian = false;
  bool big_tiff = false;
  /// Tag and value of further SHORT fields.
  std::vector<std::pair<unsigned, unsigned>> shorts;
};
std::string Tiff(const TiffSpec& spec);

/// A file of each format that says it is `width` x `height` and has nothing behind its header.
/// JPEG's sides end at 65535.
struct NamedFile {
  std::string name;
  std::string bytes;
};
std::vector<NamedFile> HeadersOnly(std::uint32_t width, std::uint32_t height);

}  // namespace seafusion::io::testing

#endif  // SEAFUSION_IO_TESTING_CRAFTED_PICTURES_H_
