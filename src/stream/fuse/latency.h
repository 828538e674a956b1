// How old live frames are when they have been written.
#ifndef SEAFUSION_STREAM_FUSE_LATENCY_H_
#define SEAFUSION_STREAM_FUSE_LATENCY_H_

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>

namespace seafusion::stream {

/// Counts latencies by the millisecond, so that a run may take weeks. Not thread-safe.
class LatencyCounts {
 public:
  /// Seconds, at least 0.
  void Add(double seconds) {
    const double ms = 1000 * seconds;
    const auto bin = static_cast<std::size_t>(std::clamp(ms, 0.0, kMost));
    ++bins_[bin];
    ++count_;
    most_ = std::max(most_, ms);
  }

  std::uint64_t count() const { return count_; }
  /// Milliseconds.
  double most() const { return most_; }
  /// Milliseconds, rounded up, that `share` of the frames took at most; a share of 1 and what took
  /// longer than ten seconds: most().
  double Quantile(double share) const {
    const double wanted = std::ceil(share * static_cast<double>(count_));
    std::uint64_t upto = 0;
    for (std::size_t ms = 0; ms < kBins - 1; ++ms) {
      upto += bins_[ms];
      if (upto > 0 && static_cast<double>(upto) >= wanted) {
        return std::min(static_cast<double>(ms + 1), most_);
      }
    }
    return most_;
  }

 private:
  static constexpr std::size_t kBins = 10001;
  static constexpr double kMost = kBins - 1;

  std::array<std::uint64_t, kBins> bins_{};
  std::uint64_t count_ = 0;
  double most_ = 0;
};

}  // namespace seafusion::stream

#endif  // SEAFUSION_STREAM_FUSE_LATENCY_H_
