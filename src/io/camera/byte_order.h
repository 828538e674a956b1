// Cameras write 16-bit pictures in either byte order, whatever the format of the file says.
#ifndef SEAFUSION_IO_CAMERA_BYTE_ORDER_H_
#define SEAFUSION_IO_CAMERA_BYTE_ORDER_H_

#include <seafusion/image.h>

namespace seafusion::io {

/// Whether neighbouring pixels of a gray16 picture are more alike with their bytes swapped, by far:
/// the low bytes of a picture change from pixel to pixel, its high bytes seldom do. False for
/// flat pictures, for noise, and where every low or every high byte is the same, as in 8-bit values
/// multiplied with 257.
bool BytesSeemSwapped(const ImageView& gray16);

void SwapBytes(const MutableImageView& gray16);

}  // namespace seafusion::io

#endif  // SEAFUSION_IO_CAMERA_BYTE_ORDER_H_
