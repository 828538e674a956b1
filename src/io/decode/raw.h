// Samples without any header.
#ifndef SEAFUSION_IO_DECODE_RAW_H_
#define SEAFUSION_IO_DECODE_RAW_H_

#include <cstdint>
#include <optional>
#include <span>

#include <seafusion/status.h>

#include "core/memory/image_buffer.h"
#include "io/sources/source_layout.h"

namespace seafusion::io {

struct RawFrame {
  ImageBuffer image;
  std::uint64_t frames = 0;  ///< Whole frames in the file.
  std::uint64_t rest = 0;    ///< Bytes behind the last one.
};

/// Frame `frame` of a file; none given: the only one. Gray of 8, 10, 12, 14 and 16 bits and float,
/// and RGB and BGR of 8 and 16 bits, in either byte order. Errors: kUnsupported (another pixel
/// format), kCorruptData (not a whole frame there), kInvalidArgument (several frames and none
/// chosen), kNotFound (no frame of that number), kResourceExhausted.
StatusOr<RawFrame> DecodeRaw(const RawFormat& format, std::span<const std::uint8_t> bytes,
                             std::uint64_t max_pixels, std::optional<int> frame);

}  // namespace seafusion::io

#endif  // SEAFUSION_IO_DECODE_RAW_H_
