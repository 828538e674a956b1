// What a picture file says about itself, and whether all of it is there, without decoding a pixel.
// Our own reader, because decoders allocate by the header first and some fill the missing part of a
// cut file with gray.
#ifndef SEAFUSION_IO_PROBE_IMAGE_PROBE_H_
#define SEAFUSION_IO_PROBE_IMAGE_PROBE_H_

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include <seafusion/status.h>

namespace seafusion::io {

enum class ImageFileFormat : std::uint8_t { kPng, kJpeg, kBmp, kTiff, kWebp, kPnm };

/// "PNG", "JPEG", "BMP", "TIFF", "WebP", "Netpbm".
std::string_view ImageFileFormatName(ImageFileFormat format);

/// By the first bytes; nothing where they are those of none.
std::optional<ImageFileFormat> FindImageFormat(std::span<const std::uint8_t> bytes);

struct ImageInfo {
  ImageFileFormat format = ImageFileFormat::kPng;
  std::uint32_t width = 0;   ///< At least 1.
  std::uint32_t height = 0;  ///< At least 1; of the first page where there are several.
  int channels = 0;          ///< 1 gray, 3 colour (palettes and CMYK too), without alpha.
  int bits = 0;              ///< Of one sample as stored: 1 to 64.
  bool floating_point = false;
  bool white_is_zero = false;  ///< TIFF: samples count from white to black.
  /// TIFF: where the orientation tag's value stands; 0: no such tag.
  std::uint64_t orientation_offset = 0;
  bool big_endian = false;  ///< TIFF: byte order of the file.
  /// JPEG: one scan holds the whole picture, so that nothing but rows can be missing.
  bool single_scan = false;
  int pages = 1;                       ///< TIFF: the others may be of other sizes and kinds.
  std::uint64_t most_page_pixels = 0;  ///< TIFF: of the largest page.
};

/// Tells the format by the content and checks the structure to the last byte that matters: PNG
/// chunks and their CRCs up to IEND, JPEG segments and scans up to EOI, TIFF strips or tiles of
/// every page, BMP rows, WebP chunks. A picture of more than `max_pixels` is refused by its header
/// alone (kResourceExhausted), everything else that is wrong is kCorruptData or kUnsupported. Time
/// grows linearly with the file. Thread-safe.
StatusOr<ImageInfo> ProbeImage(std::span<const std::uint8_t> bytes, std::uint64_t max_pixels);

/// Takes out of a probed file what must not influence decoding: PNG's ancillary chunks (a faulty
/// colour profile makes libpng print warnings), TIFF's orientation (pictures are turned
/// in one place, after decoding).
void RemoveMetadata(const ImageInfo& info, std::vector<std::uint8_t>& bytes);

}  // namespace seafusion::io

#endif  // SEAFUSION_IO_PROBE_IMAGE_PROBE_H_
