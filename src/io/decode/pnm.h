// Netpbm pictures: PBM, PGM, PPM in text and binary, and PFM.
#ifndef SEAFUSION_IO_DECODE_PNM_H_
#define SEAFUSION_IO_DECODE_PNM_H_

#include <cstdint>
#include <span>

#include <seafusion/status.h>

#include "core/memory/image_buffer.h"
#include "io/probe/image_probe.h"

namespace seafusion::io {

/// Samples as the file counts them, not spread to 255 or 65535: gray8 or rgb8 up to a largest value
/// of 255, gray16 or rgb16 above; of PBM 0 and 255; of gray PFM float. `bytes` must have passed
/// ProbeImage. kCorruptData for samples that are no numbers or over the largest value,
/// kUnsupported for colour PFM. Thread-safe.
StatusOr<ImageBuffer> DecodePnm(const ImageInfo& info, std::span<const std::uint8_t> bytes);

}  // namespace seafusion::io

#endif  // SEAFUSION_IO_DECODE_PNM_H_
