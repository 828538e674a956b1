// A picture as doubles, padded for the row kernels.
#ifndef SEAFUSION_METRICS_PLANE_H_
#define SEAFUSION_METRICS_PLANE_H_

#include <array>
#include <cstddef>
#include <vector>

#include "metrics/gray_image.h"
#include "metrics/simd/row_kernels.h"

namespace seafusion::metrics {

class Plane {
 public:
  Plane() = default;
  Plane(int width, int height)
      : width_(width),
        height_(height),
        stride_(static_cast<std::size_t>(width) + kRowPadding),
        samples_(stride_ * static_cast<std::size_t>(height)) {}

  int width() const { return width_; }
  int height() const { return height_; }
  double* Row(int y) { return samples_.data() + static_cast<std::size_t>(y) * stride_; }
  const double* Row(int y) const { return samples_.data() + static_cast<std::size_t>(y) * stride_; }

 private:
  int width_ = 0;
  int height_ = 0;
  std::size_t stride_ = 0;
  std::vector<double> samples_;
};

/// Infrared, visible, fused.
using ThreePlanes = std::array<Plane, 3>;

/// Samples plus an offset for each picture.
inline ThreePlanes ToPlanes(const Triple& images, const std::array<double, 3>& offsets) {
  ThreePlanes planes;
  const GrayImage* const sources[3] = {&images.infrared, &images.visible, &images.fused};
  for (std::size_t i = 0; i < 3; ++i) {
    planes[i] = Plane(images.width(), images.height());
    for (int y = 0; y < images.height(); ++y) {
      const std::uint8_t* in = sources[i]->Row(y);
      double* out = planes[i].Row(y);
      for (int x = 0; x < images.width(); ++x) out[x] = in[x] + offsets[i];
    }
  }
  return planes;
}

}  // namespace seafusion::metrics

#endif  // SEAFUSION_METRICS_PLANE_H_
