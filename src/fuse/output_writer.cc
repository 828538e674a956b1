#include "fuse/output_writer.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <string>
#include <type_traits>

#include "fuse/colour.h"
#include "fuse/infrared_range.h"
#include "fuse/tile_reader.h"

namespace seafusion {
namespace {

using Kind = OutputRange::Kind;

// Turns one value of 0..1 into a sample.
template <typename T>
class Quantizer {
 public:
  Quantizer(const OutputRange& range, const SampleExtremes& extremes, float full_scale)
      : truncate_(range.kind == Kind::kReference), full_scale_(full_scale) {
    if (range.kind == Kind::kFixed) {
      lo_ = static_cast<float>(range.lo);
      span_ = static_cast<float>(range.hi - range.lo);
    } else if (NeedsExtremes(range) && extremes.hi > extremes.lo) {
      lo_ = extremes.lo;
      span_ = extremes.hi - extremes.lo;
    }
  }

  T operator()(float v) const {
    const float scaled = (v - lo_) / span_;
    if constexpr (std::is_same_v<T, float>) {
      return Clamp01(scaled);
    } else {
      // Never negative: the conversion rounds down.
      return static_cast<T>(full_scale_ * Clamp01(scaled) + (truncate_ ? 0.0f : 0.5f));
    }
  }

 private:
  bool truncate_;
  float full_scale_;
  float lo_ = 0.0f;
  float span_ = 1.0f;
};

}  // namespace

void SampleExtremes::Merge(const SampleExtremes& o) {
  lo = std::min(lo, o.lo);
  hi = std::max(hi, o.hi);
}

Status ValidateOutputRange(const OutputRange& range) {
  if (range.kind == Kind::kFixed &&
      !(std::isfinite(range.lo) && std::isfinite(range.hi) && range.lo < range.hi)) {
    return InvalidArgument("output range " + std::to_string(range.lo) + ".." +
                           std::to_string(range.hi) + " is empty or not finite");
  }
  return OkStatus();
}

bool NeedsExtremes(const OutputRange& range) {
  return range.kind == Kind::kImage || range.kind == Kind::kReference;
}

SampleExtremes OutputWriter::FindExtremes(nn::ConstPlane luma, const nn::Rect& region) const {
  SampleExtremes e;
  const bool colour = ChannelCount(out_.format) == 3 && ChannelCount(vi_.format) == 3;
  for (int y = region.y0; y < region.y1; ++y) {
    const float* row = luma.Row(y - region.y0);
    for (int x = region.x0; x < region.x1; ++x) {
      const float v = row[x - region.x0];
      if (colour) {
        const Rgb source = ReadVisible(vi_, y, x);
        const Rgb c = RgbOf(v, ChromaOf(source, LumaOf(source)));
        e.Merge({std::min({c.r, c.g, c.b}), std::max({c.r, c.g, c.b})});
      } else {
        e.Merge({v, v});
      }
    }
  }
  return e;
}

template <typename T>
void OutputWriter::WriteAs(nn::ConstPlane luma, const nn::Rect& region,
                           const SampleExtremes& extremes) const {
  const Quantizer<T> quantize(range_, extremes, FullScale(out_.format));
  const bool rgb_out = ChannelCount(out_.format) == 3;
  const bool colour = rgb_out && ChannelCount(vi_.format) == 3;
  for (int y = region.y0; y < region.y1; ++y) {
    const float* row = luma.Row(y - region.y0);
    T* out = out_.Row<T>(y) + region.x0 * (rgb_out ? 3 : 1);
    for (int x = region.x0; x < region.x1; ++x) {
      const float v = row[x - region.x0];
      if (colour) {
        const Rgb source = ReadVisible(vi_, y, x);
        const Rgb c = RgbOf(v, ChromaOf(source, LumaOf(source)));
        *out++ = quantize(c.r);
        *out++ = quantize(c.g);
        *out++ = quantize(c.b);
      } else {
        const T sample = quantize(v);
        for (int c = 0; c < (rgb_out ? 3 : 1); ++c) *out++ = sample;
      }
    }
  }
}

void OutputWriter::Write(nn::ConstPlane luma, const nn::Rect& region,
                         const SampleExtremes& extremes) const {
  switch (BytesPerSample(out_.format)) {
    case 1:
      return WriteAs<std::uint8_t>(luma, region, extremes);
    case 2:
      return WriteAs<std::uint16_t>(luma, region, extremes);
    default:
      return WriteAs<float>(luma, region, extremes);
  }
}

}  // namespace seafusion
