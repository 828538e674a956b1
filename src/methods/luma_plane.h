// A gray picture in double precision that owns its memory.
#ifndef SEAFUSION_METHODS_LUMA_PLANE_H_
#define SEAFUSION_METHODS_LUMA_PLANE_H_

#include <cstddef>
#include <vector>

namespace seafusion::methods {

/// Rows without padding. Nominal range 0..255: 8-bit samples are their own value, so that what is
/// exact in integers stays exact.
class LumaPlane {
 public:
  LumaPlane() = default;
  LumaPlane(int width, int height)
      : width_(width),
        height_(height),
        samples_(static_cast<std::size_t>(width) * static_cast<std::size_t>(height)) {}

  int width() const { return width_; }
  int height() const { return height_; }
  double* Row(int y) { return samples_.data() + std::ptrdiff_t{y} * width_; }
  const double* Row(int y) const { return samples_.data() + std::ptrdiff_t{y} * width_; }
  std::vector<double>& samples() { return samples_; }
  const std::vector<double>& samples() const { return samples_; }

 private:
  int width_ = 0;
  int height_ = 0;
  std::vector<double> samples_;
};

}  // namespace seafusion::methods

#endif  // SEAFUSION_METHODS_LUMA_PLANE_H_
