#include "nn/winograd/peak.h"

#include <algorithm>
#include <chrono>
#include <numeric>
#include <vector>

#include "core/status_macros.h"
#include "nn/winograd/kernels/kernels.h"

namespace seafusion::nn::winograd {

StatusOr<double> MeasurePeakMultiplyAdds(ThreadPool& pool, CpuTarget target) {
  using Clock = std::chrono::steady_clock;
  constexpr long kRounds = 200'000;  // below a millisecond
  const Kernels& kernels = KernelsFor(target);
  const auto threads = static_cast<std::size_t>(pool.thread_count());
  std::vector<double> rates(threads);
  SEAFUSION_RETURN_IF_ERROR(pool.ParallelFor(threads, [&](std::size_t index, int) {
    float sink = 1.0f;
    const auto end = Clock::now() + std::chrono::milliseconds(50);
    do {
      const auto start = Clock::now();
      const double count = kernels.multiply_adds(kRounds, &sink);
      const std::chrono::duration<double> time = Clock::now() - start;
      rates[index] = std::max(rates[index], count / time.count());
    } while (Clock::now() < end);
    return OkStatus();
  }));
  return std::accumulate(rates.begin(), rates.end(), 0.0);
}

}  // namespace seafusion::nn::winograd
