// FLIR's own block: the content of .fff files, of each frame of .seq and .csq files, and of the
// APP1 segments of radiometric JPEG files. Its layout: a header of 64 bytes with a directory of
// records. Documented by no maker; the facts are those that exiftool's and Thermimage's authors
// found.
#ifndef SEAFUSION_IO_CAMERA_FLIR_BLOCK_H_
#define SEAFUSION_IO_CAMERA_FLIR_BLOCK_H_

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include <seafusion/status.h>

#include "io/camera/temperature.h"

namespace seafusion::io {

/// A picture inside another file, as it lies there. The bytes are those of the caller's file.
struct EmbeddedPicture {
  enum class Coding : std::uint8_t {
    kRaw,  ///< 16-bit samples in `big_endian` order, row after row.
    kPng,  ///< Of 16 bits: the byte order inside cannot be trusted.
    kJpeg,
    kJpegLs,  ///< ISO/IEC 14495-1, of 16 bits.
  };
  Coding coding = Coding::kRaw;
  int width = 0, height = 0;
  bool big_endian = false;
  std::span<const std::uint8_t> bytes;
};

/// How the visible picture lies over the thermal one: at the same centre, `real_to_ir` times as
/// wide a field, shifted by `x` and `y` pixels of the visible picture.
struct FlirPlacement {
  double real_to_ir = 1;
  int x = 0, y = 0;
};

struct FlirBlock {
  std::optional<EmbeddedPicture> thermal;
  std::optional<EmbeddedPicture> visible;
  std::optional<PlanckCalibration> calibration;
  std::optional<FlirPlacement> placement;
  std::string model;
  std::string palette;
  std::string taken;       ///< "2018-11-05T12:14:43.084+01:00"; may be empty.
  std::uint64_t size = 0;  ///< Bytes from the block's start to the end of its last record.
};

/// Whether a block begins here.
bool IsFlirBlock(std::span<const std::uint8_t> bytes);

/// Reads the block that begins at bytes[0]; the result refers to `bytes`. Takes time with the
/// number of records only, at most 4096. Thread-safe. Errors: kCorruptData (no block; records
/// outside the file or larger than it; sizes that make no sense).
StatusOr<FlirBlock> ReadFlirBlock(std::span<const std::uint8_t> bytes);

/// Where the blocks of a .seq or .csq file begin. Empty where there is none. Time grows linearly
/// with the file.
std::vector<std::uint64_t> FindFlirFrames(std::span<const std::uint8_t> bytes);

}  // namespace seafusion::io

#endif  // SEAFUSION_IO_CAMERA_FLIR_BLOCK_H_
