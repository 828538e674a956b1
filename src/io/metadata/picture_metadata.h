// What cameras write beside the pixels: EXIF with GPS, XMP, IPTC, and the tags of GeoTIFF.
#ifndef SEAFUSION_IO_METADATA_PICTURE_METADATA_H_
#define SEAFUSION_IO_METADATA_PICTURE_METADATA_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include <seafusion/status.h>

namespace seafusion::io {

/// The metadata of one file; copies share it. Thread-safe.
class PictureMetadata {
 public:
  PictureMetadata() = default;

  /// What the file of a picture holds; empty where it holds nothing or nothing that can be read:
  /// metadata is never a reason to refuse a picture.
  static PictureMetadata Read(std::span<const std::uint8_t> bytes);

  bool empty() const { return data_ == nullptr; }
  /// EXIF's 1 to 8; 1 where nothing is said.
  int orientation() const;
  /// When the picture was taken, by EXIF: "2018-11-05T12:14:43", with ".084" where there are
  /// fractions and "+01:00" where the zone is known; empty where nothing is said.
  std::string taken() const;
  bool has_gps() const;
  bool has_geotiff() const;
  /// Maker and model of the camera; may be empty.
  std::string camera() const;

  /// `picture`, a PNG, JPEG, TIFF or WebP file, with this metadata in it. What describes the file
  /// it came from (sizes, strips, previews) stays behind, and the orientation becomes 1. Where a
  /// maker's notes are too long for the format, they stay behind, too. Errors: kUnsupported.
  StatusOr<std::vector<std::uint8_t>> AddTo(std::span<const std::uint8_t> picture, int width,
                                            int height) const;

 private:
  struct Data;
  std::shared_ptr<const Data> data_;
};

}  // namespace seafusion::io

#endif  // SEAFUSION_IO_METADATA_PICTURE_METADATA_H_
