#include "metrics/sets/bootstrap.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "core/seeded_noise.h"

namespace seafusion::metrics {
namespace {

// Linear between the two samples beside `share` of the way from the lowest to the highest.
double Quantile(const std::vector<double>& sorted, double share) {
  const double place = share * static_cast<double>(sorted.size() - 1);
  const auto below = static_cast<std::size_t>(place);
  const std::size_t above = std::min(below + 1, sorted.size() - 1);
  return std::lerp(sorted[below], sorted[above], place - static_cast<double>(below));
}

}  // namespace

std::optional<Interval> BootstrapInterval(
    std::size_t pictures, const BootstrapSettings& settings,
    const std::function<std::optional<double>(std::span<const std::uint32_t> times)>& figure) {
  std::vector<double> figures;
  std::vector<std::uint32_t> times(pictures);
  for (int sample = 0; sample < settings.samples && pictures > 0; ++sample) {
    SeededNoise noise(settings.seed, static_cast<std::uint64_t>(sample));
    std::fill(times.begin(), times.end(), 0U);
    for (std::size_t i = 0; i < pictures; ++i) {
      ++times[static_cast<std::size_t>(noise.Below(pictures))];
    }
    if (const auto value = figure(times)) figures.push_back(*value);
  }
  if (figures.empty()) return std::nullopt;
  std::sort(figures.begin(), figures.end());
  const double outside = (1 - settings.confidence) / 2;
  return Interval{Quantile(figures, outside), Quantile(figures, 1 - outside)};
}

}  // namespace seafusion::metrics
