// Rows of kBgr8, kRgba8 and kYuyv8 as rows of rgb8 or of luma, and back, some pixels at a time: the
// picture itself is never copied.
#ifndef SEAFUSION_FUSE_ROWS_PACKED_ROW_H_
#define SEAFUSION_FUSE_ROWS_PACKED_ROW_H_

#include <algorithm>
#include <cstdint>

#include <seafusion/image.h>

namespace seafusion {

/// The most pixels of a call below: what stays in the fastest cache.
inline constexpr int kPackedPixels = 256;

/// Three or more channels.
constexpr bool HasColour(PixelFormat f) {
  return ChannelCount(f) >= 3;
}
constexpr bool IsPackedRgb(PixelFormat f) {
  return f == PixelFormat::kBgr8 || f == PixelFormat::kRgba8;
}
constexpr bool IsPacked(PixelFormat f) {
  return IsPackedRgb(f) || f == PixelFormat::kYuyv8;
}

/// Pixels [x, x + count) of row y of a picture with IsPackedRgb.
void UnpackRgb(const ImageView& view, int y, int x, int count, std::uint8_t* rgb);
/// Their Y, of kYuyv8.
void UnpackLuma(const ImageView& view, int y, int x, int count, std::uint8_t* luma);

/// Into a picture with IsPackedRgb. Alpha is that of `vi`, or opaque where that has none.
void PackRgb(const std::uint8_t* rgb, const ImageView& vi, int y, int x, int count,
             const MutableImageView& out);
/// Into kYuyv8, with the chroma of `vi`, which is kYuyv8.
void PackLuma(const std::uint8_t* luma, const ImageView& vi, int y, int x, int count,
              const MutableImageView& out);

/// Calls body(x, count) for pieces of [x0, x1) of at most kPackedPixels.
template <typename Body>
void InPieces(int x0, int x1, const Body& body) {
  for (int x = x0; x < x1; x += kPackedPixels) body(x, std::min(kPackedPixels, x1 - x));
}

}  // namespace seafusion

#endif  // SEAFUSION_FUSE_ROWS_PACKED_ROW_H_
