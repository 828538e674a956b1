#include "learn/colour.h"

#include "learn/libtorch.h"

namespace seafusion::learn {

torch::Tensor RgbFromLuma(const torch::Tensor& luma, const torch::Tensor& chroma) {
  const torch::Tensor cr = chroma.slice(1, 0, 1) - 0.5, cb = chroma.slice(1, 1, 2) - 0.5;
  return torch::cat({luma + 1.403 * cr, luma - 0.714 * cr - 0.344 * cb, luma + 1.773 * cb}, 1)
      .clamp(0.0, 1.0);
}

}  // namespace seafusion::learn
