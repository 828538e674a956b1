#include "fuse/range/scene_samples.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "fuse/rows/tile_reader.h"

namespace seafusion {
namespace {

constexpr int kMostTelemetry = 4;  // rows at either end
// Rows at the ends of thirteen real files without telemetry differ from the next by 0.2 to 3.1
// times what inner rows differ by.
constexpr double kTelemetryTimes = 16;
// Rows of a scene that are looked at to know how much they differ.
constexpr int kSampledRows = 64;

// Mean distance of two rows; 0 where no pair of samples is finite.
double RowDistance(const std::vector<float>& a, const std::vector<float>& b) {
  double sum = 0;
  std::size_t number = 0;
  for (std::size_t x = 0; x < a.size(); ++x) {
    const float d = std::abs(a[x] - b[x]);
    if (!std::isfinite(d)) continue;
    sum += d;
    ++number;
  }
  return number == 0 ? 0 : sum / static_cast<double>(number);
}

double DistanceToNext(const ImageView& ir, int y, std::vector<float>& a, std::vector<float>& b) {
  ReadInfraredRow(ir, y, a);
  ReadInfraredRow(ir, y + 1, b);
  return RowDistance(a, b);
}

void TrimTelemetry(const ImageView& ir, SceneSamples& scene) {
  const int inner = ir.height - 2 * kMostTelemetry;
  if (inner < 2 * kMostTelemetry) return;
  std::vector<float> a, b;
  std::vector<double> distances;
  const int step = std::max(1, inner / kSampledRows);
  for (int y = kMostTelemetry; y + 1 < ir.height - kMostTelemetry; y += step) {
    distances.push_back(DistanceToNext(ir, y, a, b));
  }
  const auto middle = distances.begin() + static_cast<std::ptrdiff_t>(distances.size() / 2);
  std::nth_element(distances.begin(), middle, distances.end());
  const double limit = kTelemetryTimes * *middle;
  if (!(limit > 0)) return;
  for (int i = 0; i < kMostTelemetry; ++i) {
    if (DistanceToNext(ir, i, a, b) > limit) scene.y0 = i + 1;
    const int y = ir.height - 2 - i;
    if (DistanceToNext(ir, y, a, b) > limit) scene.y1 = y + 1;
  }
}

bool ZeroIsNoData(const ImageView& ir, const SceneSamples& scene) {
  if (BytesPerSample(ir.format) != 2) return false;
  float lowest = std::numeric_limits<float>::infinity(), highest = 0;
  bool zero = false;
  std::vector<float> row;
  for (int y = scene.y0; y < scene.y1; ++y) {
    ReadInfraredRow(ir, y, row);
    for (const float v : row) {
      zero = zero || v == 0;
      if (v > 0) lowest = std::min(lowest, v);
      highest = std::max(highest, v);
    }
  }
  return zero && lowest > highest - lowest;
}

}  // namespace

bool SceneSamples::Has(float v) const {
  return std::isfinite(v) && !(without_zero && v == 0);
}

void ReadInfraredRow(const ImageView& ir, int y, std::vector<float>& row) {
  row.resize(static_cast<std::size_t>(ir.width));
  if (ir.format == PixelFormat::kGrayF32) {
    std::copy_n(ir.Row<float>(y), ir.width, row.begin());
    return;
  }
  if (ir.format == PixelFormat::kRgbF32) {
    LumaOfFloats(ir.Row<float>(y), ir.width, row.data());
    return;
  }
  // Only floats can fail.
  (void)ReadInfraredSamples(ir, y, 0, ir.width, row.data());
}

SceneSamples FindSceneSamples(const ImageView& ir) {
  SceneSamples scene{.y0 = 0, .y1 = ir.height};
  TrimTelemetry(ir, scene);
  scene.without_zero = ZeroIsNoData(ir, scene);
  return scene;
}

double EstimateNoise(const ImageView& ir, const SceneSamples& scene) {
  constexpr std::size_t kMostDifferences = 1 << 16;
  const auto pixels =
      static_cast<std::size_t>(ir.width) * static_cast<std::size_t>(scene.y1 - scene.y0);
  const int step = static_cast<int>(pixels / kMostDifferences) + 1;
  std::vector<float> row, differences;
  for (int y = scene.y0; y < scene.y1; y += step) {
    ReadInfraredRow(ir, y, row);
    for (std::size_t x = 1; x < row.size(); ++x) {
      if (scene.Has(row[x]) && scene.Has(row[x - 1])) {
        differences.push_back(std::abs(row[x] - row[x - 1]));
      }
    }
  }
  constexpr std::size_t kEnough = 1000;
  if (differences.size() < kEnough) return 0;
  const auto middle = differences.begin() + static_cast<std::ptrdiff_t>(differences.size() / 2);
  std::nth_element(differences.begin(), middle, differences.end());
  // The median of |N(0, 2 s^2)| is 0.6745 sqrt(2) s.
  return *middle / (0.6745 * std::sqrt(2.0));
}

}  // namespace seafusion
