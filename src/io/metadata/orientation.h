// Turns pictures as EXIF's orientation says.
#ifndef SEAFUSION_IO_METADATA_ORIENTATION_H_
#define SEAFUSION_IO_METADATA_ORIENTATION_H_

#include <seafusion/status.h>

#include "core/memory/image_buffer.h"

namespace seafusion::io {

/// The picture upright: `orientation` is EXIF's, 1 to 8, 1 leaves it as it is. Errors:
/// kResourceExhausted.
StatusOr<ImageBuffer> Upright(ImageBuffer picture, int orientation);

}  // namespace seafusion::io

#endif  // SEAFUSION_IO_METADATA_ORIENTATION_H_
