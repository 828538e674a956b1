// What cameras hide in the application segments of a JPEG file.
#ifndef SEAFUSION_IO_CAMERA_JPEG_SEGMENTS_H_
#define SEAFUSION_IO_CAMERA_JPEG_SEGMENTS_H_

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include <seafusion/status.h>

namespace seafusion::io {

/// The segments of a camera's own, each kind joined in the order of the file.
struct JpegSegments {
  std::vector<std::uint8_t> flir;  ///< APP1 "FLIR", by the parts' numbers.
  /// Parts that the first one announces and that are not there, or there twice.
  int flir_missing = 0;
  std::array<std::vector<std::uint8_t>, 16> app;  ///< APP3 to APP6 by number; the others empty.
};

/// Walks the segments up to the image data. A file that ends in the middle of one gives what stands
/// before it: whether the picture is whole is for ProbeImage to say. Thread-safe. Errors:
/// kCorruptData (no JPEG).
StatusOr<JpegSegments> ReadJpegSegments(std::span<const std::uint8_t> bytes);

}  // namespace seafusion::io

#endif  // SEAFUSION_IO_CAMERA_JPEG_SEGMENTS_H_
