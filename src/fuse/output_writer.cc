#include "fuse/output_writer.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <string>
#include <type_traits>

#include "fuse/colour.h"
#include "fuse/infrared_range.h"
#include "fuse/pixels/kernels.h"
#include "fuse/tile_reader.h"

namespace seafusion {
namespace {

using Kind = OutputRange::Kind;

Quantization QuantizationOf(const OutputRange& range, const SampleExtremes& extremes,
                            float full_scale) {
  Quantization q;
  q.full_scale = full_scale;
  q.offset = range.kind == Kind::kReference ? 0.0f : 0.5f;
  if (range.kind == Kind::kFixed) {
    q.lo = static_cast<float>(range.lo);
    q.span = static_cast<float>(range.hi - range.lo);
  } else if (NeedsExtremes(range) && extremes.hi > extremes.lo) {
    q.lo = extremes.lo;
    q.span = extremes.hi - extremes.lo;
  }
  return q;
}

// Calls body(first sample of the visible picture's row y at x).
template <typename Body>
void WithSource(const ImageView& vi, int y, int x, const Body& body) {
  const std::ptrdiff_t at = std::ptrdiff_t{3} * x;
  if (BytesPerSample(vi.format) == 1) {
    body(vi.Row<std::uint8_t>(y) + at);
  } else {
    body(vi.Row<std::uint16_t>(y) + at);
  }
}

// Floats have no kernels: those who fuse them have time for plain loops.
Rgb FusedPixel(float luma, const Rgb& source) {
  return RgbOf(luma, ChromaOf(source, LumaOf(source)));
}

template <typename T>
T Quantize(float v, const Quantization& q) {
  const float unit = Clamp01((v - q.lo) / q.span);
  if constexpr (std::is_same_v<T, float>) return unit;
  return static_cast<T>(q.full_scale * unit + q.offset);
}

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
  const int count = region.width();
  for (int y = region.y0; y < region.y1; ++y) {
    const float* row = luma.Row(y - region.y0);
    if (!colour) {
      const auto [lo, hi] = std::minmax_element(row, row + count);
      e.Merge({*lo, *hi});
      continue;
    }
    if (IsFloatingPoint(vi_.format)) {
      for (int i = 0; i < count; ++i) {
        const Rgb c = FusedPixel(row[i], ReadVisible(vi_, y, region.x0 + i));
        e.Merge({std::min({c.r, c.g, c.b}), std::max({c.r, c.g, c.b})});
      }
      continue;
    }
    WithSource(vi_, y, region.x0, [&]<typename From>(const From* source) {
      BestPixelKernels().Extremes<From>()(row, source, count, &e.lo, &e.hi);
    });
  }
  return e;
}

template <typename T>
void OutputWriter::WriteAs(nn::ConstPlane luma, const nn::Rect& region,
                           const SampleExtremes& extremes) const {
  const Quantization q = QuantizationOf(range_, extremes, FullScale(out_.format));
  const bool rgb_out = ChannelCount(out_.format) == 3;
  const bool colour = rgb_out && ChannelCount(vi_.format) == 3;
  const int count = region.width();
  for (int y = region.y0; y < region.y1; ++y) {
    const float* row = luma.Row(y - region.y0);
    T* out = out_.Row<T>(y) + std::ptrdiff_t{region.x0} * (rgb_out ? 3 : 1);
    if (colour && (IsFloatingPoint(vi_.format) || std::is_same_v<T, float>)) {
      for (int i = 0; i < count; ++i, out += 3) {
        const Rgb c = FusedPixel(row[i], ReadVisible(vi_, y, region.x0 + i));
        out[0] = Quantize<T>(c.r, q);
        out[1] = Quantize<T>(c.g, q);
        out[2] = Quantize<T>(c.b, q);
      }
      continue;
    }
    if constexpr (std::is_same_v<T, float>) {
      const int channels = rgb_out ? 3 : 1;
      for (int i = 0; i < count; ++i) {
        for (int c = 0; c < channels; ++c) *out++ = Quantize<T>(row[i], q);
      }
    } else if (colour) {
      WithSource(vi_, y, region.x0, [&]<typename From>(const From* source) {
        BestPixelKernels().Colour<From, T>().write_rgb(row, source, count, q, out);
      });
    } else if (rgb_out) {
      BestPixelKernels().Samples<T>().write_gray_rgb(row, count, q, out);
    } else {
      BestPixelKernels().Samples<T>().write_gray(row, count, q, out);
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
