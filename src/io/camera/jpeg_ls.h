// Lossless JPEG (JPEG-LS), in which FLIR's .csq files hold their counts, through CharLS.
#ifndef SEAFUSION_IO_CAMERA_JPEG_LS_H_
#define SEAFUSION_IO_CAMERA_JPEG_LS_H_

#include <cstdint>
#include <span>

#include <seafusion/status.h>

#include "core/memory/image_buffer.h"

namespace seafusion::io {

/// gray16 of a picture with one component of 9 to 16 bits. More than `max_pixels` are refused by
/// the header. Thread-safe. Errors: kCorruptData, kUnsupported, kResourceExhausted.
StatusOr<ImageBuffer> DecodeJpegLs(std::span<const std::uint8_t> bytes, std::uint64_t max_pixels);

}  // namespace seafusion::io

#endif  // SEAFUSION_IO_CAMERA_JPEG_LS_H_
