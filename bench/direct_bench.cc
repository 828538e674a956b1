// Direct convolution of one row at half of 640 x 480, one thread: multiply-adds per second, and how
// many of this CPU's own 32-bit multiply-adds that is in the same time ("of_peak": narrower types
// do two or four in place of one).
#include <cstdint>
#include <string>
#include <type_traits>

#include <benchmark/benchmark.h>

#include "core/cpu/cpu_target.h"
#include "core/cpu/thread_pool.h"
#include "nn/buffer.h"
#include "nn/direct/kernels/kernels.h"
#include "nn/winograd/peak.h"

namespace seafusion::nn::direct {
namespace {

constexpr int kPixels = 320;

double PeakOfOneThread(CpuTarget target) {
  auto pool = ThreadPool::Create(1);
  if (!pool.ok()) return 0;
  auto peak = winograd::MeasurePeakMultiplyAdds(**pool, target);
  return peak.ok() ? *peak : 0;
}

template <typename T>
void ConvRows(benchmark::State& state, CpuTarget target, int ins, int outs) {
  const ConvKernels<T>& kernels = ConvKernelsOf<T>(KernelsFor(target));
  if (kernels.conv == nullptr) return state.SkipWithError("not on this target");
  const std::size_t pitch = static_cast<std::size_t>(kPixels + 2 + kSlack) * ins;
  Buffer<T> in(3 * pitch), out(static_cast<std::size_t>(kPixels + kSlack) * outs);
  Buffer<WeightOf<T>> weights(static_cast<std::size_t>(9) * ins * outs);
  Buffer<float> bias(outs);
  const int pixel = std::min(ins, kBlock);
  if (kernels.arrange != nullptr) {
    weights = kernels.arrange(weights.data(), ins / kDepth<T>, pixel, outs / kBlock);
  }
  ConvRow<T> row = {
      .rows = {in.data(), in.data() + pitch, in.data() + 2 * pitch},
      .in_stride = pixel,
      .in_words = ins / kDepth<T>,
      .in_block_stride = (kPixels + 2 + kSlack) * pixel,
      .weights = weights.data(),
      .out_blocks = outs / kBlock,
      .rescale = bias.data(),
      .bias = bias.data(),
      .bias_stride = 0,
      .out_stride = kBlock,
      .out_block_stride = (kPixels + kSlack) * kBlock,
      .pixels = kPixels,
      .activation = {.slope = 0.1f, .zero_point = 20.0f, .most = 255.0f},
  };
  Buffer<T> pairs;
  if (kernels.to_pairs != nullptr) {  // that one row of three is made anew is in the time
    row.frequency_stride = (kPixels / 2 + kSlack) * pixel;
    row.in_block_stride = kFrequencies * row.frequency_stride;
    const std::ptrdiff_t size = row.in_block_stride * (ins / pixel);
    pairs = Buffer<T>(3 * static_cast<std::size_t>(size));
    for (int y = 0; y < 3; ++y) row.rows[y] = pairs.data() + y * size;
  }
  const double before = PeakOfOneThread(target);
  for ([[maybe_unused]] auto _ : state) {
    if (kernels.to_pairs != nullptr) {
      for (int block = 0; block < ins / pixel; ++block) {
        kernels.to_pairs(in.data() + block * (kPixels + 2 + kSlack) * pixel, pixel, kPixels / 2,
                         pairs.data() + block * row.in_block_stride, row.frequency_stride);
      }
    }
    kernels.conv(row, out.data());
    benchmark::ClobberMemory();
  }
  const double peak = std::max(before, PeakOfOneThread(target));
  const double count = 9.0 * ins * outs * kPixels * static_cast<double>(state.iterations());
  state.counters["GMAC/s"] = benchmark::Counter(count * 1e-9, benchmark::Counter::kIsRate);
  state.counters["of_peak"] =
      benchmark::Counter(count / (peak * kDepth<T>), benchmark::Counter::kIsRate);
}

template <typename T>
void Register(const std::string& precision, CpuTarget target) {
  for (const auto& [ins, outs] : {std::pair{8, 16}, {16, 16}, {32, 32}, {64, 64}}) {
    benchmark::RegisterBenchmark(
        (precision + "/" + std::to_string(ins) + "to" + std::to_string(outs) + "/" +
         std::string(CpuTargetName(target)))
            .c_str(),
        [=, i = ins, o = outs](benchmark::State& state) { ConvRows<T>(state, target, i, o); });
  }
}

const bool kRegistered = [] {
  for (const CpuTarget target : SupportedCpuTargets()) {
    Register<float>("fp32", target);
    Register<Bf16>("bf16", target);
    Register<std::int16_t>("int16", target);
    if (KernelsFor(target).int8.conv != nullptr) Register<std::uint8_t>("int8", target);
  }
  return true;
}();

}  // namespace
}  // namespace seafusion::nn::direct
