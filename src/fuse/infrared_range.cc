#include "fuse/infrared_range.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <string>
#include <utility>
#include <vector>

#include "core/status_macros.h"
#include "fuse/tile_reader.h"

namespace seafusion {
namespace {

using Kind = InfraredRange::Kind;

struct Extremes {
  float lo = std::numeric_limits<float>::infinity();
  float hi = -std::numeric_limits<float>::infinity();
};

StatusOr<Extremes> FindExtremes(const ImageView& ir) {
  Extremes e;
  std::vector<float> row(static_cast<std::size_t>(ir.width));
  for (int y = 0; y < ir.height; ++y) {
    SEAFUSION_RETURN_IF_ERROR(ReadInfraredSamples(ir, y, 0, ir.width, row.data()));
    const auto [lo, hi] = std::minmax_element(row.begin(), row.end());
    e.lo = std::min(e.lo, *lo);
    e.hi = std::max(e.hi, *hi);
  }
  return e;
}

// The two percentiles by a histogram. Integer samples get one bin a level, so the result is exact;
// float samples get as many bins as 16-bit ones, between their extremes.
StatusOr<Extremes> FindPercentiles(const ImageView& ir, double low, double high) {
  SEAFUSION_ASSIGN_OR_RETURN(const Extremes range, FindExtremes(ir));
  if (!(range.hi > range.lo)) return range;
  constexpr int kBins = 65536;
  const bool integer = ir.format != PixelFormat::kGrayF32;
  const double width = integer ? 1.0 : (double{range.hi} - range.lo) / (kBins - 1);
  const double origin = integer ? 0.0 : range.lo;
  std::vector<std::uint64_t> histogram(kBins);
  std::vector<float> row(static_cast<std::size_t>(ir.width));
  for (int y = 0; y < ir.height; ++y) {
    SEAFUSION_RETURN_IF_ERROR(ReadInfraredSamples(ir, y, 0, ir.width, row.data()));
    for (float v : row) ++histogram[static_cast<int>((v - origin) / width + 0.5)];
  }
  const auto total = static_cast<double>(ir.width) * ir.height;
  // Samples allowed to lie outside.
  const double outside_low = total * low / 100.0;
  const double outside_high = total * (100.0 - high) / 100.0;
  int lo = 0, hi = kBins - 1;
  for (double below = static_cast<double>(histogram[0]); below <= outside_low && lo < hi;) {
    below += static_cast<double>(histogram[++lo]);
  }
  for (double above = static_cast<double>(histogram[kBins - 1]);
       above <= outside_high && hi > lo;) {
    above += static_cast<double>(histogram[--hi]);
  }
  return Extremes{static_cast<float>(origin + lo * width), static_cast<float>(origin + hi * width)};
}

LinearMap MapFrom(double lo, double hi) {
  return {static_cast<float>(lo), hi > lo ? static_cast<float>(1.0 / (hi - lo)) : 0.0f};
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

StatusOr<LinearMap> FindInfraredMap(const ImageView& ir, const InfraredRange& range) {
  SEAFUSION_RETURN_IF_ERROR(ValidateInfraredRange(range));
  Kind kind = range.kind;
  double low = range.percentile;
  double high = range.upper_percentile == 0.0 ? 100.0 - low : range.upper_percentile;
  if (kind == Kind::kAuto) {
    kind = BytesPerSample(ir.format) == 2 ? Kind::kPercentile : Kind::kFull;
    low = 0.5;
    high = 99.5;
  }
  switch (kind) {
    case Kind::kFixed:
      return MapFrom(range.lo, range.hi);
    case Kind::kMinMax: {
      SEAFUSION_ASSIGN_OR_RETURN(const Extremes e, FindExtremes(ir));
      return MapFrom(e.lo, e.hi);
    }
    case Kind::kPercentile: {
      SEAFUSION_ASSIGN_OR_RETURN(const Extremes e, FindPercentiles(ir, low, high));
      return MapFrom(e.lo, e.hi);
    }
    case Kind::kAuto:
    case Kind::kFull:
      break;
  }
  return MapFrom(0.0, FullScale(ir.format));
}

}  // namespace seafusion
