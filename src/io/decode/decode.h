// Decoders used in place of OpenCV's where that one accepts or prints what we must not: libpng and
// libjpeg with every complaint of theirs made an error of ours.
#ifndef SEAFUSION_IO_DECODE_DECODE_H_
#define SEAFUSION_IO_DECODE_DECODE_H_

#include <cstdint>
#include <span>

#include <seafusion/status.h>

#include "core/memory/image_buffer.h"
#include "io/probe/image_probe.h"

namespace seafusion::io {

struct DecodedPicture {
  ImageBuffer image;
  /// Opacity: gray of the image's size and bits, 0 is transparent; empty where the file says none.
  ImageBuffer alpha;
};

/// gray8, gray16, rgb8 or rgb16: palettes and packed samples are expanded. `bytes` must have passed
/// ProbeImage, which gave `info`. kCorruptData when libpng finds an error; nothing is printed.
StatusOr<DecodedPicture> DecodePngWithAlpha(const ImageInfo& info,
                                            std::span<const std::uint8_t> bytes);
/// The picture alone.
StatusOr<ImageBuffer> DecodePng(const ImageInfo& info, std::span<const std::uint8_t> bytes);

/// gray8 or rgb8. The same conditions. Unlike OpenCV, which shows gray where data is missing or
/// makes no sense, any warning of libjpeg about the data is kCorruptData.
StatusOr<ImageBuffer> DecodeJpeg(const ImageInfo& info, std::span<const std::uint8_t> bytes);

}  // namespace seafusion::io

#endif  // SEAFUSION_IO_DECODE_DECODE_H_
