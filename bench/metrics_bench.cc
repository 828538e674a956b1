// Time of the metrics on one pair of 640 x 480, one thread.
#include <cmath>
#include <cstdint>
#include <string>
#include <vector>

#include <benchmark/benchmark.h>
#include <seafusion/metrics.h>

#include "metrics/evaluate.h"

namespace seafusion::metrics {
namespace {

constexpr int kWidth = 640;
constexpr int kHeight = 480;

// Edges, gradients and noise, so that no shortcut for flat areas is taken more than in a picture.
GrayImage Draw(unsigned seed) {
  GrayImage image{kWidth, kHeight, {}};
  unsigned state = seed;
  for (int y = 0; y < kHeight; ++y) {
    for (int x = 0; x < kWidth; ++x) {
      state = state * 1664525U + 1013904223U;
      const double slow = 90 + 60 * std::sin(0.01 * x * seed) + 50 * std::cos(0.02 * y + seed);
      const int edge = (x / 40 + y / 60) % 2 == 0 ? 20 : 0;
      image.samples.push_back(
          static_cast<std::uint8_t>(static_cast<int>(slow) + edge + static_cast<int>(state >> 28)));
    }
  }
  return image;
}

const Triple& Pictures() {
  static const Triple pictures = {Draw(1), Draw(2), Draw(3)};
  return pictures;
}

void Measure(benchmark::State& state, const std::vector<Metric>& metrics, Convention convention) {
  const MetricRequest request = {metrics, {convention}};
  for ([[maybe_unused]] auto _ : state) {
    benchmark::DoNotOptimize(EvaluateGray(BestRowKernels(), Pictures(), request));
  }
}

std::vector<Metric> EveryMetric() {
  std::vector<Metric> all;
  for (const MetricInfo& info : AllMetrics()) all.push_back(info.metric);
  return all;
}

const bool kRegistered = [] {
  const std::vector<Metric> six(PaperMetrics().begin(), PaperMetrics().end());
  for (const Convention c : {Convention::kPaper, Convention::kF255}) {
    const auto add = [&](const std::string& name, const std::vector<Metric>& metrics) {
      benchmark::RegisterBenchmark((name + "/" + std::string(ConventionName(c))).c_str(),
                                   [=](benchmark::State& state) { Measure(state, metrics, c); })
          ->Unit(benchmark::kMillisecond);
    };
    add("six", six);
    add("all", EveryMetric());
    for (const MetricInfo& info : AllMetrics()) add(std::string(info.name), {info.metric});
  }
  return true;
}();

}  // namespace
}  // namespace seafusion::metrics
