#include "io/encode/with_alpha.h"

#include <cstddef>

namespace seafusion::io {
namespace {

// Of all that it could be of the one scale to the same share of the other.
template <typename To, typename From>
To Scaled(From v) {
  if constexpr (sizeof(To) == sizeof(From)) return v;
  if constexpr (sizeof(To) > sizeof(From)) return static_cast<To>(v * 257);
  return static_cast<To>((v + 128U) / 257U);
}

template <typename Sample, typename Alpha>
void JoinRows(const ImageView& picture, const ImageView& alpha, PictureWithAlpha& joined) {
  const int channels = ChannelCount(picture.format);
  for (int y = 0; y < picture.height; ++y) {
    const auto* from = picture.Row<Sample>(y);
    const auto* opacity = alpha.Row<Alpha>(y);
    auto* to = reinterpret_cast<Sample*>(joined.Row(y));
    for (int x = 0; x < picture.width; ++x) {
      for (int c = 0; c < channels; ++c) *to++ = *from++;
      *to++ = Scaled<Sample>(*opacity++);
    }
  }
}

}  // namespace

StatusOr<PictureWithAlpha> PictureWithAlpha::Join(const ImageView& picture,
                                                  const ImageView& alpha) {
  if (picture.format > PixelFormat::kRgb16) {
    return InvalidArgument("opacity goes with gray and rgb of 8 and 16 bits only");
  }
  if (alpha.format != PixelFormat::kGray8 && alpha.format != PixelFormat::kGray16) {
    return InvalidArgument("opacity must be gray8 or gray16");
  }
  if (alpha.width != picture.width || alpha.height != picture.height) {
    return InvalidArgument("the opacity is " + std::to_string(alpha.width) + "x" +
                           std::to_string(alpha.height) + ", the picture " +
                           std::to_string(picture.width) + "x" + std::to_string(picture.height));
  }
  PictureWithAlpha joined;
  joined.width_ = picture.width;
  joined.height_ = picture.height;
  joined.channels_ = ChannelCount(picture.format) + 1;
  joined.bits_ = 8 * BytesPerSample(picture.format);
  joined.row_bytes_ = static_cast<std::size_t>(picture.width) *
                      static_cast<std::size_t>(joined.channels_ * joined.bits_ / 8);
  joined.samples_.resize(joined.row_bytes_ * static_cast<std::size_t>(picture.height));
  const bool deep_alpha = alpha.format == PixelFormat::kGray16;
  if (joined.bits_ == 16) {
    deep_alpha ? JoinRows<std::uint16_t, std::uint16_t>(picture, alpha, joined)
               : JoinRows<std::uint16_t, std::uint8_t>(picture, alpha, joined);
  } else {
    deep_alpha ? JoinRows<std::uint8_t, std::uint16_t>(picture, alpha, joined)
               : JoinRows<std::uint8_t, std::uint8_t>(picture, alpha, joined);
  }
  return joined;
}

}  // namespace seafusion::io
