#include "metrics/gray_image.h"

#include <algorithm>
#include <string>

#include "core/status_macros.h"

namespace seafusion::metrics {

StatusOr<GrayImage> ToGray(const ImageView& view, std::string_view name) {
  SEAFUSION_RETURN_IF_ERROR(ValidateImage(view, name));
  if (view.format != PixelFormat::kGray8 && view.format != PixelFormat::kRgb8) {
    return Unsupported(std::string(name) + " is " + std::string(PixelFormatName(view.format)) +
                       "; the metrics are defined on 8-bit pictures (gray8 or rgb8)");
  }
  GrayImage gray{view.width, view.height, {}};
  gray.samples.resize(static_cast<std::size_t>(view.width) * static_cast<std::size_t>(view.height));
  std::uint8_t* out = gray.samples.data();
  for (int y = 0; y < view.height; ++y, out += view.width) {
    const std::uint8_t* in = view.Row<std::uint8_t>(y);
    if (view.format == PixelFormat::kGray8) {
      std::copy(in, in + view.width, out);
      continue;
    }
    for (std::ptrdiff_t x = 0; x < view.width; ++x) {
      const double luma = 0.298936021293775 * in[3 * x] + 0.587043074451121 * in[3 * x + 1] +
                          0.114020904255103 * in[3 * x + 2];
      out[x] = static_cast<std::uint8_t>(luma + 0.5);
    }
  }
  return gray;
}

}  // namespace seafusion::metrics
