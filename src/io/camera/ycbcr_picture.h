// Some FLIR cameras store their visible picture as a PNG of Y, Cb and Cr.
#ifndef SEAFUSION_IO_CAMERA_YCBCR_PICTURE_H_
#define SEAFUSION_IO_CAMERA_YCBCR_PICTURE_H_

#include <seafusion/image.h>

namespace seafusion::io {

/// Whether an rgb8 picture seems to hold Y, Cb and Cr: second and third channel near 128 and far
/// flatter than the first, which no picture of red, green and blue is.
bool HoldsYCbCr(const ImageView& rgb8);

/// In place, by JPEG's formula (ITU-T T.871).
void YCbCrToRgb(const MutableImageView& rgb8);

}  // namespace seafusion::io

#endif  // SEAFUSION_IO_CAMERA_YCBCR_PICTURE_H_
