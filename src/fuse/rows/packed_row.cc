#include "fuse/rows/packed_row.h"

#include <cstddef>

#include "fuse/pixels/kernels.h"

namespace seafusion {
namespace {

const std::uint8_t* Pixels(const ImageView& view, int y, int x) {
  return view.Row<std::uint8_t>(y) + std::ptrdiff_t{ChannelCount(view.format)} * x;
}

}  // namespace

void UnpackRgb(const ImageView& view, int y, int x, int count, std::uint8_t* rgb) {
  const PackedKernels& kernels = BestPixelKernels().packed;
  const std::uint8_t* in = Pixels(view, y, x);
  view.format == PixelFormat::kBgr8 ? kernels.turn_bgr(in, count, rgb)
                                    : kernels.drop_alpha(in, count, rgb);
}

void UnpackLuma(const ImageView& view, int y, int x, int count, std::uint8_t* luma) {
  BestPixelKernels().packed.take_luma(Pixels(view, y, x), count, luma);
}

void PackRgb(const std::uint8_t* rgb, const ImageView& vi, int y, int x, int count,
             const MutableImageView& out) {
  const PackedKernels& kernels = BestPixelKernels().packed;
  std::uint8_t* to = out.Row<std::uint8_t>(y) + std::ptrdiff_t{ChannelCount(out.format)} * x;
  if (out.format == PixelFormat::kBgr8) {
    kernels.turn_bgr(rgb, count, to);
  } else {
    kernels.join_alpha(rgb, vi.format == PixelFormat::kRgba8 ? Pixels(vi, y, x) : nullptr, count,
                       to);
  }
}

void PackLuma(const std::uint8_t* luma, const ImageView& vi, int y, int x, int count,
              const MutableImageView& out) {
  BestPixelKernels().packed.join_luma(luma, Pixels(vi, y, x), count,
                                      out.Row<std::uint8_t>(y) + std::ptrdiff_t{2} * x);
}

}  // namespace seafusion
