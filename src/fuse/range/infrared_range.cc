#include "fuse/range/infrared_range.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include "core/status_macros.h"
#include "fuse/range/range_bounds.h"
#include "fuse/range/scene_samples.h"

namespace seafusion {
namespace {

using Kind = InfraredRange::Kind;

SceneSamples AllRows(const ImageView& ir) {
  return {.y0 = 0, .y1 = ir.height};
}

struct Extremes {
  float lo = std::numeric_limits<float>::infinity();
  float hi = -std::numeric_limits<float>::infinity();
};

// Lowest and highest sample that counts; an empty range where none does.
Extremes FindExtremes(const ImageView& ir, const SceneSamples& scene) {
  Extremes e;
  std::vector<float> row;
  for (int y = scene.y0; y < scene.y1; ++y) {
    ReadInfraredRow(ir, y, row);
    for (const float v : row) {
      if (!scene.Has(v)) continue;
      e.lo = std::min(e.lo, v);
      e.hi = std::max(e.hi, v);
    }
  }
  return e;
}

// The two percentiles by a histogram. Integer samples get one bin a level, so the result is exact;
// float samples get as many bins as 16-bit ones, between their extremes.
Extremes FindPercentiles(const ImageView& ir, const SceneSamples& scene, double low, double high) {
  const Extremes range = FindExtremes(ir, scene);
  if (!(range.hi > range.lo)) return range;
  constexpr int kBins = 65536;
  const bool integer = !IsFloatingPoint(ir.format);
  const double width = integer ? 1.0 : (double{range.hi} - range.lo) / (kBins - 1);
  const double origin = integer ? 0.0 : range.lo;
  std::vector<std::uint64_t> histogram(kBins);
  double total = 0;
  std::vector<float> row;
  for (int y = scene.y0; y < scene.y1; ++y) {
    ReadInfraredRow(ir, y, row);
    for (const float v : row) {
      if (!scene.Has(v)) continue;
      ++histogram[static_cast<std::size_t>((v - origin) / width + 0.5)];
      ++total;
    }
  }
  // Samples allowed to lie outside.
  const double outside_low = total * low / 100.0;
  const double outside_high = total * (100.0 - high) / 100.0;
  int lo = 0, hi = kBins - 1;
  for (double below = static_cast<double>(histogram[0]); below <= outside_low && lo < hi;) {
    below += static_cast<double>(histogram[static_cast<std::size_t>(++lo)]);
  }
  for (double above = static_cast<double>(histogram[kBins - 1]);
       above <= outside_high && hi > lo;) {
    above += static_cast<double>(histogram[static_cast<std::size_t>(--hi)]);
  }
  return Extremes{static_cast<float>(origin + lo * width), static_cast<float>(origin + hi * width)};
}

// Whether a float picture is already what the network reads.
bool IsNominal(const ImageView& ir) {
  const Extremes e = FindExtremes(ir, AllRows(ir));
  return std::isfinite(e.lo) && e.lo >= 0 && e.hi <= 1;
}

// Of raw counts and temperatures: percentiles of what shows the scene, but never so narrow that a
// flat scene shows its noise.
Extremes FindAutomatic(const ImageView& ir) {
  // 0.5 % at either end are hot and dead pixels.
  constexpr double kOutside = 0.5;
  // Noise alone spans about 5 standard deviations between these percentiles, so it fills a third of
  // the range then. Thirteen files of ten cameras span 21 (ice and water) to 3475.
  constexpr double kLeastSpan = 16;
  const SceneSamples scene = FindSceneSamples(ir);
  Extremes e = FindPercentiles(ir, scene, kOutside, 100 - kOutside);
  const double span = double{e.hi} - e.lo;
  const double least = kLeastSpan * EstimateNoise(ir, scene);
  if (span > 0 && span < least) {
    const double middle = e.lo + span / 2;
    e.lo = static_cast<float>(middle - least / 2);
    e.hi = static_cast<float>(middle + least / 2);
  }
  return e;
}

LinearMap MapFrom(double lo, double hi) {
  // Infinite where no sample counts.
  if (!std::isfinite(lo)) return {0.0f, 0.0f};
  lo = WithinFloats(lo);
  hi = WithinFloats(hi);
  return {static_cast<float>(lo),
          hi > lo ? static_cast<float>(std::min(1.0 / (hi - lo), kMostOfRange)) : 0.0f};
}

}  // namespace

float FullScale(PixelFormat format) {
  switch (BytesPerSample(format)) {
    case 1:
      return 255.0f;
    case 2:
      return 65535.0f;
    default:
      return 1.0f;
  }
}

Status ValidateInfraredRange(const InfraredRange& range) {
  if (range.kind == Kind::kPercentile && range.upper_percentile != 0.0) {
    if (!(range.percentile >= 0.0 && range.percentile < range.upper_percentile &&
          range.upper_percentile <= 100.0)) {
      return InvalidArgument("infrared percentiles " + std::to_string(range.percentile) + " to " +
                             std::to_string(range.upper_percentile) + " are not in 0..100");
    }
    return OkStatus();
  }
  if (range.kind == Kind::kPercentile && !(range.percentile >= 0.0 && range.percentile < 50.0)) {
    return InvalidArgument("infrared percentile " + std::to_string(range.percentile) +
                           " is not in [0, 50)");
  }
  if (range.kind == Kind::kFixed &&
      !(std::isfinite(range.lo) && std::isfinite(range.hi) && range.lo < range.hi)) {
    return InvalidArgument("infrared range " + std::to_string(range.lo) + ".." +
                           std::to_string(range.hi) + " is empty or not finite");
  }
  return OkStatus();
}

namespace {

LinearMap FindMap(const ImageView& ir, const InfraredRange& range) {
  const double low = range.percentile;
  const double high = range.upper_percentile == 0.0 ? 100.0 - low : range.upper_percentile;
  switch (range.kind) {
    case Kind::kFixed:
      return MapFrom(range.lo, range.hi);
    case Kind::kMinMax: {
      const Extremes e = FindExtremes(ir, AllRows(ir));
      return MapFrom(e.lo, e.hi);
    }
    case Kind::kPercentile: {
      const Extremes e = FindPercentiles(ir, AllRows(ir), low, high);
      return MapFrom(e.lo, e.hi);
    }
    case Kind::kAuto: {
      if (BytesPerSample(ir.format) == 1) break;
      if (IsFloatingPoint(ir.format) && IsNominal(ir)) break;
      const Extremes e = FindAutomatic(ir);
      return MapFrom(e.lo, e.hi);
    }
    case Kind::kFull:
      break;
  }
  return MapFrom(0.0, FullScale(ir.format));
}

}  // namespace

StatusOr<LinearMap> FindInfraredMap(const ImageView& ir, const InfraredRange& range) {
  SEAFUSION_RETURN_IF_ERROR(ValidateInfraredRange(range));
  const LinearMap map = FindMap(ir, range);
  if (!range.invert || map.scale == 0.0f) return map;
  return LinearMap{map.lo + 1 / map.scale, -map.scale};
}

}  // namespace seafusion
