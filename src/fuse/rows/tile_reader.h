// From a caller's samples to the float planes that the network reads, a rectangle at a time.
#ifndef SEAFUSION_FUSE_ROWS_TILE_READER_H_
#define SEAFUSION_FUSE_ROWS_TILE_READER_H_

#include <seafusion/fuser.h>
#include <seafusion/image.h>

#include "fuse/range/infrared_range.h"
#include "fuse/rows/colour.h"
#include "nn/plane.h"

namespace seafusion {

/// 0.299 R + 0.587 G + 0.114 B of each pixel, in the samples' unit, finite or not.
void LumaOfFloats(const float* rgb, int count, float* out);

/// Samples [x0, x1) of row y in their own unit (0..255, 0..65535 or float). Of a colour infrared
/// picture the integer luma (299 R + 587 G + 114 B) / 1000 is taken in 16-bit fixed point, rounded,
/// as the public code's reader does; of floats LumaOfFloats. Fails with kInvalidArgument when a
/// float sample is not finite, naming its place.
Status ReadInfraredSamples(const ImageView& ir, int y, int x0, int x1, float* out);

/// Pixel x of row y of the visible picture, 0..1; gray and kYuyv8 give three equal channels. Float
/// samples are clamped, NaN becomes 0: ReadVisibleLuma has refused such pictures before.
Rgb ReadVisible(const ImageView& vi, int y, int x);

/// Pixels [x0, x1) of row y of the infrared picture, 0..1. Errors: those of ReadInfraredSamples.
Status ReadMappedInfraredRow(const ImageView& ir, const LinearMap& map, int y, int x0, int x1,
                             float* out);

/// Likewise of the visible picture, its luma. `range` counts for gray integers and kYuyv8.
Status ReadVisibleLumaRow(const ImageView& vi, int y, int x0, int x1, float* out,
                          LumaRange range = LumaRange::kFull);

/// Black and white of `range` among samples of `format`, 0..1 of their full scale.
struct LumaEnds {
  float black = 0.0f, white = 1.0f;
};
LumaEnds LumaEndsOf(PixelFormat format, LumaRange range);

/// Infrared of `region` in 0..1.
Status ReadInfrared(const ImageView& ir, const LinearMap& map, const nn::Rect& region,
                    nn::Plane out);

/// Luma of the visible picture in `region`, 0..1.
Status ReadVisibleLuma(const ImageView& vi, const nn::Rect& region, nn::Plane out,
                       LumaRange range = LumaRange::kFull);

}  // namespace seafusion

#endif  // SEAFUSION_FUSE_ROWS_TILE_READER_H_
