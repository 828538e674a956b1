// Files of thermal cameras built byte by byte.
#ifndef SEAFUSION_IO_TESTING_CRAFTED_CAMERA_FILES_H_
#define SEAFUSION_IO_TESTING_CRAFTED_CAMERA_FILES_H_

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace seafusion::io::testing {

/// Type and content of a record in FLIR's block.
using FlirRecord = std::pair<unsigned, std::string>;

/// A picture record: the header of 32 bytes, then `body`.
std::string FlirPicture(unsigned width, unsigned height, const std::string& body,
                        bool big_endian = false);
/// A camera record with the constants of a FLIR SC660, without air and window.
std::string FlirCamera(double emissivity = 0.95);
std::string FlirPlacementRecord(float real_to_ir, int x, int y);
/// The block; directory in either byte order.
std::string FlirFile(const std::vector<FlirRecord>& records, bool big_endian_directory = true);

/// A JPEG of no picture that holds `block` in APP1 segments of at most `part` bytes.
std::string JpegWithFlir(const std::string& block, std::size_t part = 60000);
/// A JPEG of no picture with `content` in segments APPn.
std::string JpegWithApp(unsigned n, const std::string& content, std::size_t part = 60000);

std::string InfirayPicture(unsigned width, unsigned height, const std::string& counts,
                           const std::string& visible = "");

/// `width` x `height` 16-bit samples, smooth from pixel to pixel, lowest byte first.
std::string SmoothCounts(unsigned width, unsigned height, unsigned lowest);

}  // namespace seafusion::io::testing

#endif  // SEAFUSION_IO_TESTING_CRAFTED_CAMERA_FILES_H_
