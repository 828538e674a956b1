#include "io/camera/ycbcr_picture.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>

namespace seafusion::io {
namespace {

constexpr double kNeutral = 128;

std::uint8_t Rounded(double v) {
  return static_cast<std::uint8_t>(std::clamp(std::lround(v), 0L, 255L));
}

}  // namespace

bool HoldsYCbCr(const ImageView& image) {
  std::array<double, 3> sum{}, squares{};
  for (int y = 0; y < image.height; ++y) {
    const auto* row = image.Row<std::uint8_t>(y);
    for (int x = 0; x < image.width; ++x) {
      for (std::size_t c = 0; c < 3; ++c) {
        const double v = row[3 * x + static_cast<int>(c)];
        sum[c] += v;
        squares[c] += v * v;
      }
    }
  }
  const double n = static_cast<double>(image.width) * image.height;
  std::array<double, 3> mean{}, deviation{};
  for (std::size_t c = 0; c < 3; ++c) {
    mean[c] = sum[c] / n;
    deviation[c] = std::sqrt(std::max(squares[c] / n - mean[c] * mean[c], 0.0));
  }
  constexpr double kMostColour = 40;  // levels: the mean of a strongly tinted scene
  const auto flat = [&](std::size_t c) {
    return std::abs(mean[c] - kNeutral) < kMostColour && deviation[c] < deviation[0] / 2;
  };
  return flat(1) && flat(2);
}

void YCbCrToRgb(const MutableImageView& image) {
  for (int y = 0; y < image.height; ++y) {
    auto* p = image.Row<std::uint8_t>(y);
    for (int x = 0; x < image.width; ++x, p += 3) {
      const double luma = p[0], cb = p[1] - kNeutral, cr = p[2] - kNeutral;
      p[0] = Rounded(luma + 1.402 * cr);
      p[1] = Rounded(luma - 0.344136 * cb - 0.714136 * cr);
      p[2] = Rounded(luma + 1.772 * cb);
    }
  }
}

}  // namespace seafusion::io
