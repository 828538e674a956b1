// TIFF through libtiff, with its complaints made errors of ours.
#ifndef SEAFUSION_IO_DECODE_TIFF_H_
#define SEAFUSION_IO_DECODE_TIFF_H_

#include <cstdint>
#include <span>

#include <seafusion/status.h>

#include "core/memory/image_buffer.h"
#include "io/decode/decode.h"
#include "io/probe/image_probe.h"

namespace seafusion::io {

/// Page `page` (from 0). Unsigned samples of 8 and 16 bits stay what they are, gray or rgb; gray of
/// 32 and 64 bits, with sign, and floating point of 16, 32 and 64 bits becomes float in the file's
/// own numbers, and GDAL's no-data value NaN. Palettes, YCbCr, CMYK and packed bits become 8-bit
/// colour or gray. Opacity comes with 8 and 16 bits, where the file says that a sample is such;
/// colours that were multiplied by it are divided again. The orientation is not applied. `bytes`
/// must have passed ProbeImage, which gave `info`. kCorruptData when libtiff finds an error,
/// kUnsupported for what it or we cannot read; nothing is printed. Thread-safe.
StatusOr<DecodedPicture> DecodeTiff(const ImageInfo& info, std::span<const std::uint8_t> bytes,
                                    int page);

}  // namespace seafusion::io

#endif  // SEAFUSION_IO_DECODE_TIFF_H_
