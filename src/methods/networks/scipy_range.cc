#include "methods/networks/scipy_range.h"

#include <algorithm>
#include <cmath>

#include "methods/networks/luma_reader.h"

namespace seafusion::methods {

void StretchAsSciPy(std::span<float> levels, bool whole) {
  const auto [least, most] = std::minmax_element(levels.begin(), levels.end());
  const float lo = *least, hi = *most;
  const auto clip = [](float v) { return std::clamp(v, 0.0f, kWhite); };
  if (!(hi > lo)) {
    for (float& v : levels) v = clip(v);
    return;
  }
  // SciPy 1.2: the scale in double precision, the samples in single.
  const auto scale = static_cast<float>(double{kWhite} / static_cast<double>(hi - lo));
  for (float& v : levels) {
    v = clip((v - lo) * scale);
    if (whole) v = std::floor(v + 0.5f);
  }
}

}  // namespace seafusion::methods
