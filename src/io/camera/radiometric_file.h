// Files of thermal cameras that hold more than the picture for people: the counts of the sensor,
// how they become temperatures, and often the visible picture taken at the same moment.
#ifndef SEAFUSION_IO_CAMERA_RADIOMETRIC_FILE_H_
#define SEAFUSION_IO_CAMERA_RADIOMETRIC_FILE_H_

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include <seafusion/status.h>

#include "core/memory/image_buffer.h"
#include "io/camera/flir_block.h"
#include "io/camera/temperature.h"

namespace seafusion::io {

enum class RadiometricKind : std::uint8_t {
  kFlirJpeg,      ///< JPEG with FLIR's block; DJI's XT, XT2 and others write it, too.
  kFlirSequence,  ///< .fff, .seq, .csq: one or more of FLIR's blocks.
  kDjiJpeg,       ///< JPEG with the counts in APP3 or APP4.
  kInfiray,       ///< .irg
};
/// "radiometric JPEG (FLIR)", ...
std::string_view RadiometricKindName(RadiometricKind kind);

struct RadiometricPicture {
  RadiometricKind kind = RadiometricKind::kFlirJpeg;
  ImageBuffer counts;  ///< gray16, as the sensor gave them; first row on top.
  std::optional<std::variant<PlanckCalibration, LinearCalibration>> calibration;
  std::optional<FlirPlacement> placement;
  std::string model;    ///< Of the camera; may be empty.
  std::string palette;  ///< "Iron": what the picture for people is in; may be empty.
  std::string taken;    ///< When, by the camera's clock, as FlirBlock; may be empty.
  std::size_t frames = 1;
  /// What was odd but did not keep the picture from being read; lines for people.
  std::vector<std::string> remarks;
};

/// Tells by the content whether the file of a camera is such a one. Time grows linearly with the
/// segments, not with the picture. A JPEG whose FLIR data was emptied is one, too. Thread-safe.
std::optional<RadiometricKind> FindRadiometry(std::span<const std::uint8_t> bytes);

/// Decodes the counts of frame `frame` (of a sequence, from 0). Pictures of more than `max_pixels`
/// are refused by their headers (kResourceExhausted). The byte order of PNGs inside is the one in
/// which neighbouring pixels are alike: cameras of one maker write both. Thread-safe. Errors:
/// kCorruptData (cut, emptied, not decodable), kNotFound (no such frame), kUnsupported.
StatusOr<RadiometricPicture> ReadRadiometricPicture(std::span<const std::uint8_t> bytes,
                                                    std::uint64_t max_pixels,
                                                    std::size_t frame = 0);

/// When the last frame of a FLIR sequence was taken; may be empty. Thread-safe.
std::string LastFrameTaken(std::span<const std::uint8_t> bytes);

/// The visible picture in the file, rgb8. FLIR's PNGs hold Y, Cb and Cr as if they were red, green
/// and blue; they are turned into these. kNotFound where there is none.
StatusOr<ImageBuffer> ReadEmbeddedVisible(std::span<const std::uint8_t> bytes,
                                          std::uint64_t max_pixels);

}  // namespace seafusion::io

#endif  // SEAFUSION_IO_CAMERA_RADIOMETRIC_FILE_H_
