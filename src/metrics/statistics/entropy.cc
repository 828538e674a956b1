#include "metrics/statistics/entropy.h"

#include <array>
#include <cmath>
#include <cstdint>
#include <span>

namespace seafusion::metrics {
namespace {

// sum of c log2 c: with counts instead of probabilities, a constant picture gives exactly 0 bits.
double SumCountLogCount(std::span<const std::uint32_t> counts) {
  double sum = 0.0;
  for (const std::uint32_t c : counts) {
    if (c > 1) sum += c * std::log2(static_cast<double>(c));
  }
  return sum;
}

}  // namespace

double Entropy(const GrayImage& image) {
  std::array<std::uint32_t, 256> counts{};
  for (const std::uint8_t v : image.samples) ++counts[v];
  const auto n = static_cast<double>(image.samples.size());
  return (n * std::log2(n) - SumCountLogCount(counts)) / n;
}

double MutualInformation(const GrayImage& source, const GrayImage& fused, TopLevels top) {
  std::vector<std::uint32_t> joint(std::size_t{256} * 256, 0);
  for (std::size_t i = 0; i < source.samples.size(); ++i) {
    ++joint[std::size_t{source.samples[i]} * 256 + fused.samples[i]];
  }
  std::array<std::uint32_t, 256> of_source{};
  std::array<std::uint32_t, 256> of_fused{};
  for (std::size_t s = 0; s < 256; ++s) {
    for (std::size_t f = 0; f < 256; ++f) {
      of_source[s] += joint[s * 256 + f];
      of_fused[f] += joint[s * 256 + f];
    }
  }
  if (top == TopLevels::kMerged) {
    for (std::size_t s = 0; s < 256; ++s) {
      joint[s * 256 + 254] += joint[s * 256 + 255];
      joint[s * 256 + 255] = 0;
    }
    for (std::size_t f = 0; f < 256; ++f) {
      joint[std::size_t{254} * 256 + f] += joint[std::size_t{255} * 256 + f];
      joint[std::size_t{255} * 256 + f] = 0;
    }
  }
  const auto n = static_cast<double>(source.samples.size());
  const double total = n * std::log2(n);
  return ((total - SumCountLogCount(of_source)) +
          (SumCountLogCount(joint) - SumCountLogCount(of_fused))) /
         n;
}

}  // namespace seafusion::metrics
