#include "metrics/statistics/differences.h"

#include <algorithm>
#include <cmath>
#include <cstdint>

namespace seafusion::metrics {
namespace {

std::int64_t SquaredDifferences(const std::uint8_t* p, const std::uint8_t* q, int count) {
  std::int64_t total = 0;
  // As in ComputeMoments: 32-bit sums of 2^15 squares cannot overflow.
  constexpr int kBlock = 1 << 15;
  for (int x0 = 0; x0 < count; x0 += kBlock) {
    const int x1 = std::min(count, x0 + kBlock);
    std::uint32_t sum = 0;
    for (int x = x0; x < x1; ++x) {
      const int d = int{p[x]} - int{q[x]};
      sum += static_cast<std::uint32_t>(d * d);
    }
    total += sum;
  }
  return total;
}

}  // namespace

double SpatialFrequency(const GrayImage& fused) {
  const int w = fused.width;
  const int h = fused.height;
  std::int64_t vertical = 0;
  std::int64_t horizontal = 0;
  for (int y = 0; y < h; ++y) {
    if (y > 0) vertical += SquaredDifferences(fused.Row(y), fused.Row(y - 1), w);
    horizontal += SquaredDifferences(fused.Row(y) + 1, fused.Row(y), w - 1);
  }
  return std::sqrt(static_cast<double>(vertical) / (static_cast<double>(h - 1) * w) +
                   static_cast<double>(horizontal) / (static_cast<double>(w - 1) * h));
}

double AverageGradient(const GrayImage& fused) {
  const int w = fused.width;
  const int h = fused.height;
  std::vector<double> magnitudes(static_cast<std::size_t>(w));
  double total = 0.0;
  for (int y = 0; y < h; ++y) {
    const std::uint8_t* row = fused.Row(y);
    const std::uint8_t* above = fused.Row(std::max(y - 1, 0));
    const std::uint8_t* below = fused.Row(std::min(y + 1, h - 1));
    // Differences doubled, so that they are whole numbers: (2 dx)^2 + (2 dy)^2 = 8 (dx^2 + dy^2)/2.
    const int y_scale = y == 0 || y == h - 1 ? 2 : 1;
    const auto magnitude = [&](int x, int twice_dx) {
      const int twice_dy = y_scale * (int{below[x]} - int{above[x]});
      return std::sqrt(static_cast<double>(twice_dx * twice_dx + twice_dy * twice_dy) * 0.125);
    };
    magnitudes[0] = magnitude(0, 2 * (int{row[1]} - int{row[0]}));
    for (int x = 1; x < w - 1; ++x) {
      magnitudes[static_cast<std::size_t>(x)] = magnitude(x, int{row[x + 1]} - int{row[x - 1]});
    }
    magnitudes[static_cast<std::size_t>(w - 1)] =
        magnitude(w - 1, 2 * (int{row[w - 1]} - int{row[w - 2]}));
    double sum = 0.0;
    for (const double m : magnitudes) sum += m;
    total += sum;
  }
  return total / (static_cast<double>(h - 1) * (w - 1));
}

}  // namespace seafusion::metrics
