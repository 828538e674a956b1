#include "fuse/range/gentle_range.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <functional>
#include <numeric>

#include "fuse/range/range_bounds.h"

namespace seafusion {
namespace {

constexpr double kPixelsCounted = 65536;
// Shares of the pixels that may become black and white. Fewer at the bright end: people and lamps
// are small, and what one looks for.
constexpr double kDarkest = 0.002, kBrightest = 0.001;
// Noise grows by no more than this either.
constexpr double kMostGain = 1.25;

}  // namespace

LumaHistogram::LumaHistogram(int width, int height)
    : step_(std::max(1, static_cast<int>(std::sqrt(double{1} * width * height / kPixelsCounted)))) {
}

void LumaHistogram::Add(int y, int x0, int x1, const float* luma) {
  if (y % step_ != 0) return;
  for (int x = (x0 + step_ - 1) / step_ * step_; x < x1; x += step_) {
    const float v = luma[x - x0];
    const float level = v > 0.0f ? std::min(v, 1.0f) * kBins : 0.0f;
    ++counts_[static_cast<std::size_t>(std::min(static_cast<int>(level), kBins - 1))];
  }
}

void LumaHistogram::Merge(const LumaHistogram& other) {
  std::transform(counts_.begin(), counts_.end(), other.counts_.begin(), counts_.begin(),
                 std::plus<>());
}

OutputRange LumaHistogram::Gentle() const {
  const double total = std::accumulate(counts_.begin(), counts_.end(), 0.0);
  if (total == 0) return {};
  int first = 0, last = kBins - 1;
  for (double below = counts_[0]; below <= kDarkest * total; below += counts_[++first]) {
  }
  for (double above = counts_[kBins - 1]; above <= kBrightest * total; above += counts_[--last]) {
  }
  if (last <= first) return {};
  const double lo = double{1} * first / kBins, hi = double{1} * (last + 1) / kBins;
  const double span = hi - lo, stretched = std::min(1.0, kMostGain * span);
  if (span >= 1.0) return {};
  const double gain = stretched / span;
  const double black = lo * (1 - stretched) / (1 - span);  // where lo comes to lie
  const double zero = lo - black / gain;
  return {.kind = OutputRange::Kind::kFixedLuma, .lo = zero, .hi = zero + 1 / gain};
}

LinearMap LumaMapOf(const OutputRange& range) {
  const double lo = WithinFloats(range.lo), hi = WithinFloats(range.hi);
  const double span = std::max(hi - lo, 1 / kMostOfRange);
  return {static_cast<float>(lo), static_cast<float>(1 / span)};
}

FuseSettings Resolved(const FuseSettings& settings, const OutputRange& gentle) {
  FuseSettings resolved = settings;
  if (settings.output_range.kind == OutputRange::Kind::kGentle) resolved.output_range = gentle;
  return resolved;
}

OutputRange GentleRange(nn::ConstPlane luma, int width, int height) {
  LumaHistogram histogram(width, height);
  for (int y = 0; y < height; ++y) histogram.Add(y, 0, width, luma.Row(y));
  return histogram.Gentle();
}

}  // namespace seafusion
