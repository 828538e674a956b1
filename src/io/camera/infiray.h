// InfiRay's .irg files: a thermal picture twice, 8 bits for people and 16 bits in 1/16 kelvin, and
// a visible JPEG. The facts are those that the authors of infiray_irg found.
#ifndef SEAFUSION_IO_CAMERA_INFIRAY_H_
#define SEAFUSION_IO_CAMERA_INFIRAY_H_

#include <cstdint>
#include <optional>
#include <span>

#include <seafusion/status.h>

#include "io/camera/flir_block.h"

namespace seafusion::io {

struct InfirayFile {
  EmbeddedPicture thermal;                 ///< kRaw, little-endian, 1/16 kelvin.
  std::span<const std::uint8_t> shown;     ///< 8 bits, as many pixels.
  std::optional<EmbeddedPicture> visible;  ///< kJpeg; its size is in its own header.
};

bool IsInfiray(std::span<const std::uint8_t> bytes);

/// The result refers to `bytes`. Thread-safe. Errors: kCorruptData.
StatusOr<InfirayFile> ReadInfiray(std::span<const std::uint8_t> bytes);

}  // namespace seafusion::io

#endif  // SEAFUSION_IO_CAMERA_INFIRAY_H_
