// Pictures in files: PNG, JPEG, BMP, TIFF, WebP, 8 and 16 bits, gray and colour, through OpenCV.
#ifndef SEAFUSION_IO_IMAGE_FILE_H_
#define SEAFUSION_IO_IMAGE_FILE_H_

#include <cstdint>
#include <string>
#include <vector>

#include <seafusion/status.h>

#include "core/file.h"
#include "core/image_buffer.h"

namespace seafusion::io {

struct ReadImageOptions {
  /// Larger pictures are refused by their header, before any pixel is allocated.
  std::uint64_t max_pixels = std::uint64_t{1} << 28;
};

/// Reads a picture as gray8, gray16, rgb8 or rgb16, whichever the file holds (alpha is dropped,
/// palettes are expanded, 1-bit becomes 8-bit, EXIF orientation is ignored: registered pairs must
/// not be turned). A file that is cut short, however late, is refused with kCorruptData. Every
/// message begins with the path. Thread-safe.
StatusOr<ImageBuffer> ReadImage(const std::string& path, const ReadImageOptions& options = {});

/// Writes gray8, gray16, rgb8 or rgb16; the extension names the format. 16-bit only to .png and
/// .tif/.tiff. Complete or not there at all (WriteFileAtomically). Thread-safe.
Status WriteImage(const std::string& path, const ImageView& image, IfExists if_exists);

/// A gray8 or rgb8 picture as a JPEG file of `quality` (1 to 100) (colour at half
/// resolution, as cameras store it).
/// Thread-safe. Errors: kUnsupported (another format), kResourceExhausted.
StatusOr<std::vector<std::uint8_t>> EncodeJpeg(const ImageView& image, int quality);

}  // namespace seafusion::io

#endif  // SEAFUSION_IO_IMAGE_FILE_H_
