#include "nn/plane.h"

#include <algorithm>

namespace seafusion::nn {

Rect Grown(const Rect& r, int margin, int width, int height) {
  return {std::max(r.x0 - margin, 0), std::max(r.y0 - margin, 0), std::min(r.x1 + margin, width),
          std::min(r.y1 + margin, height)};
}

}  // namespace seafusion::nn
