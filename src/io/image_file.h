// Pictures in files: PNG, JPEG, BMP, TIFF, WebP, Netpbm, and those of thermal cameras; 8 and 16
// bits, gray and colour, and gray in floating point.
#ifndef SEAFUSION_IO_IMAGE_FILE_H_
#define SEAFUSION_IO_IMAGE_FILE_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <seafusion/status.h>

#include "core/files/file.h"
#include "core/memory/image_buffer.h"
#include "io/camera/flir_block.h"
#include "io/camera/temperature.h"
#include "io/metadata/picture_metadata.h"
#include "io/sources/source_layout.h"

namespace seafusion::io {

/// Which picture to take of a thermal camera's file, which may hold three (radiometric_file.h).
/// Other files hold one, whatever is asked for.
enum class CameraPicture : std::uint8_t {
  kShown,    ///< The one for people, often in a palette and with text in it.
  kCounts,   ///< What the sensor gave.
  kVisible,  ///< The visible one where there is one, else the shown one.
};

struct ReadImageOptions {
  /// Larger pictures are refused by their header, before any pixel is allocated.
  std::uint64_t max_pixels = std::uint64_t{1} << 28;
  CameraPicture camera_picture = CameraPicture::kShown;
  /// Page of a TIFF or frame of a sequence, from 0; empty: the only one. A file of several is
  /// refused then.
  std::optional<int> page;
  /// With kCounts, 16-bit files whose bytes seem swapped are turned round unless this is set.
  bool trust_byte_order = false;
  /// The file has no header, or none that counts: its samples lie like this.
  std::optional<RawFormat> raw_format;
};

/// A picture and what its file says of it.
struct ReadPictureResult {
  ImageBuffer image;
  /// Opacity of PNG, TIFF and WebP: gray8 or gray16 of the picture's size, 0 is transparent; empty
  /// where the file has none.
  ImageBuffer alpha;
  bool embedded = false;                   ///< The visible picture inside a thermal camera's file.
  std::optional<Thermometer> thermometer;  ///< Of counts.
  std::optional<FlirPlacement> placement;  ///< Of the visible picture in the file.
  PictureMetadata metadata;                ///< Of the file; empty where there is none.
  /// What was odd in a file that could be read all the same; lines for people, each begins with the
  /// path.
  std::vector<std::string> remarks;
};

/// Reads a picture as gray8, gray16, rgb8, rgb16 or float (gray, in the file's own numbers),
/// whichever the file holds (palettes are expanded, 1-bit becomes 8-bit, opacity stands apart),
/// upright as the orientation in its EXIF or TIFF tags says. A file that is cut short, however
/// late, is refused with kCorruptData; only a JPEG of which nothing but the end marker is missing,
/// and one that is cut behind the counts which are asked for, are taken, with a remark. Every
/// message begins with the path. Thread-safe.
StatusOr<ReadPictureResult> ReadPicture(const std::string& path,
                                        const ReadImageOptions& options = {});

/// The same for a file's bytes; messages and remarks say no path.
StatusOr<ReadPictureResult> DecodePicture(std::vector<std::uint8_t> bytes,
                                          const ReadImageOptions& options = {});

/// The picture alone.
StatusOr<ImageBuffer> ReadImage(const std::string& path, const ReadImageOptions& options = {});

/// Whether an opacity, gray8 or gray16 or none, lets anything through.
bool IsSomewhereTransparent(const ImageBuffer& alpha);

/// Whether WriteImage knows the format by the name's extension.
bool CanWriteImage(const std::string& path);
/// Whether it has room for opacity: PNG, TIFF and WebP have.
bool CanHoldAlpha(const std::string& path);

/// Writes gray8, gray16, rgb8 or rgb16; the extension names the format. 16-bit only to .png and
/// .tif/.tiff. With `metadata`, it goes into the file, where the format has a place for it (BMP has
/// none). With `alpha`, gray8 or gray16 of the picture's size, it becomes the picture's opacity, in
/// the picture's bits; kInvalidArgument where the format has no place for it. Complete or not there
/// at all (WriteFileAtomically). Thread-safe. Errors besides the usual: kUnsupported, where the
/// metadata cannot be written; then nothing was.
Status WriteImage(const std::string& path, const ImageView& image, IfExists if_exists,
                  const PictureMetadata& metadata = {}, const ImageView& alpha = {});

/// A gray8 or rgb8 picture as a JPEG file of `quality` (1 to 100) (colour at half
/// resolution, as cameras store it).
/// Thread-safe. Errors: kUnsupported (another format), kResourceExhausted.
StatusOr<std::vector<std::uint8_t>> EncodeJpeg(const ImageView& image, int quality);

/// A gray8, gray16, rgb8 or rgb16 picture as a PNG file. Thread-safe. Errors: as above.
StatusOr<std::vector<std::uint8_t>> EncodePng(const ImageView& image);

}  // namespace seafusion::io

#endif  // SEAFUSION_IO_IMAGE_FILE_H_
