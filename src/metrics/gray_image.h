// What every metric works on: 8-bit gray, rows without padding.
#ifndef SEAFUSION_METRICS_GRAY_IMAGE_H_
#define SEAFUSION_METRICS_GRAY_IMAGE_H_

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include <seafusion/image.h>

namespace seafusion::metrics {

struct GrayImage {
  int width = 0;
  int height = 0;
  std::vector<std::uint8_t> samples;

  const std::uint8_t* Row(int y) const {
    return samples.data() + static_cast<std::size_t>(y) * static_cast<std::size_t>(width);
  }
};

/// The two sources and the fused picture, of one size.
struct Triple {
  GrayImage infrared;
  GrayImage visible;
  GrayImage fused;

  int width() const { return fused.width; }
  int height() const { return fused.height; }
  double pixels() const { return static_cast<double>(fused.samples.size()); }
};

/// gray8 as it is; rgb8 as MATLAB's rgb2gray: floor(0.298936021293775 R + 0.587043074451121 G +
/// 0.114020904255103 B + 0.5). kUnsupported for other formats; `name` goes into the message.
StatusOr<GrayImage> ToGray(const ImageView& view, std::string_view name);

}  // namespace seafusion::metrics

#endif  // SEAFUSION_METRICS_GRAY_IMAGE_H_
