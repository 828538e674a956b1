// Infrared pictures of 16 bits and floats as the 8 bits that metrics and networks take.
#ifndef SEAFUSION_IO_INFRARED_LEVELS_H_
#define SEAFUSION_IO_INFRARED_LEVELS_H_

#include <seafusion/fuser.h>
#include <seafusion/image.h>
#include <seafusion/status.h>

#include "core/memory/image_buffer.h"

namespace seafusion::io {

/// gray8: `range` black to white, rounded, as Fuser::Fuse sees the picture. Where there is no data,
/// the visible picture's brightness, provided that it has the same size. 8-bit pictures whose range
/// is automatic or full come back as they are, in colour, too. Errors: those of FindInfraredMap,
/// kResourceExhausted. Thread-safe.
StatusOr<ImageBuffer> InfraredLevels(ImageBuffer infrared, const ImageView& visible,
                                     const InfraredRange& range);

}  // namespace seafusion::io

#endif  // SEAFUSION_IO_INFRARED_LEVELS_H_
