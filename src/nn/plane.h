// A one-channel float picture in memory that somebody else owns.
#ifndef SEAFUSION_NN_PLANE_H_
#define SEAFUSION_NN_PLANE_H_

#include <cstddef>

namespace seafusion::nn {

struct ConstPlane {
  const float* data = nullptr;
  std::ptrdiff_t stride = 0;  ///< Floats from one row to the next.
  const float* Row(int y) const { return data + y * stride; }
};

struct Plane {
  float* data = nullptr;
  std::ptrdiff_t stride = 0;
  float* Row(int y) const { return data + y * stride; }
};

/// A rectangle of pixels: x in [x0, x1), y in [y0, y1).
struct Rect {
  int x0 = 0, y0 = 0, x1 = 0, y1 = 0;
  int width() const { return x1 - x0; }
  int height() const { return y1 - y0; }
  bool operator==(const Rect&) const = default;
};

/// `r` grown by `margin` on every side and cut to [0, width) x [0, height).
Rect Grown(const Rect& r, int margin, int width, int height);

}  // namespace seafusion::nn

#endif  // SEAFUSION_NN_PLANE_H_
