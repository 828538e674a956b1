// How far a figure of a small data set may lie from that of a large one.
#ifndef SEAFUSION_METRICS_SETS_BOOTSTRAP_H_
#define SEAFUSION_METRICS_SETS_BOOTSTRAP_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>

namespace seafusion::metrics {

struct Interval {
  double low = 0;
  double high = 0;
};

struct BootstrapSettings {
  int samples = 1000;        ///< At least 1.
  double confidence = 0.95;  ///< In (0, 1).
  std::uint64_t seed = 1;
};

/// The percentile interval (Efron 1979): pictures are drawn with replacement, as many as there are,
/// and `figure` is taken of each such sample, told how often each picture is in it. The same seed
/// draws the same samples for any figure, so that methods are judged on the same ones. Samples
/// without a figure are left out; empty: none had one, or no pictures.
std::optional<Interval> BootstrapInterval(
    std::size_t pictures, const BootstrapSettings& settings,
    const std::function<std::optional<double>(std::span<const std::uint32_t> times)>& figure);

}  // namespace seafusion::metrics

#endif  // SEAFUSION_METRICS_SETS_BOOTSTRAP_H_
