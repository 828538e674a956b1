// Time of the metrics on one pair of 640 x 480, one thread.
#include <string>
#include <vector>

#include <benchmark/benchmark.h>
#include <seafusion/metrics.h>

#include "drawn_picture.h"
#include "metrics/evaluate.h"

namespace seafusion::metrics {
namespace {

GrayImage Draw(unsigned seed) {
  return {kDrawnWidth, kDrawnHeight, DrawPicture(seed)};
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
