#include "fuse/rows/output_writer.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <string>
#include <type_traits>

#include "fuse/pixels/kernels.h"
#include "fuse/range/gentle_range.h"
#include "fuse/range/infrared_range.h"
#include "fuse/range/range_bounds.h"
#include "fuse/rows/colour.h"
#include "fuse/rows/packed_row.h"
#include "fuse/rows/tile_reader.h"

namespace seafusion {
namespace {

using Kind = OutputRange::Kind;

Quantization QuantizationOf(const OutputRange& range, const SampleExtremes& extremes,
                            float full_scale) {
  Quantization q;
  q.full_scale = full_scale;
  q.offset = range.kind == Kind::kReference ? 0.0f : 0.5f;
  if (range.kind == Kind::kFixed) {
    const double lo = WithinFloats(range.lo), hi = WithinFloats(range.hi);
    q.lo = static_cast<float>(lo);
    q.span = static_cast<float>(std::max(hi - lo, 1 / kMostOfRange));
  } else if (NeedsExtremes(range) && extremes.hi > extremes.lo) {
    q.lo = extremes.lo;
    q.span = extremes.hi - extremes.lo;
  }
  return q;
}

// Calls body(x, count, their first sample as rgb) for pieces of pixels [x0, x1) of row y of a
// colour picture.
template <typename Body>
void WithSource(const ImageView& vi, int y, int x0, int x1, const Body& body) {
  const std::ptrdiff_t at = std::ptrdiff_t{3} * x0;
  if (IsPackedRgb(vi.format)) {
    InPieces(x0, x1, [&](int x, int count) {
      std::uint8_t rgb[3 * kPackedPixels];
      UnpackRgb(vi, y, x, count, rgb);
      body(x, count, static_cast<const std::uint8_t*>(rgb));
    });
  } else if (BytesPerSample(vi.format) == 1) {
    body(x0, x1 - x0, vi.Row<std::uint8_t>(y) + at);
  } else {
    body(x0, x1 - x0, vi.Row<std::uint16_t>(y) + at);
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
  if ((range.kind == Kind::kFixed || range.kind == Kind::kFixedLuma) &&
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
  const bool colour = HasColour(out_.format) && HasColour(vi_.format);
  for (int y = region.y0; y < region.y1; ++y) {
    const float* row = luma.Row(y - region.y0);
    if (!colour) {
      const auto [lo, hi] = std::minmax_element(row, row + region.width());
      e.Merge({*lo, *hi});
      continue;
    }
    if (IsFloatingPoint(vi_.format)) {
      for (int i = 0; i < region.width(); ++i) {
        const Rgb c = FusedPixel(row[i], ReadVisible(vi_, y, region.x0 + i));
        e.Merge({std::min({c.r, c.g, c.b}), std::max({c.r, c.g, c.b})});
      }
      continue;
    }
    WithSource(
        vi_, y, region.x0, region.x1, [&]<typename From>(int x, int count, const From* source) {
          BestPixelKernels().Extremes<From>()(row + (x - region.x0), source, count, &e.lo, &e.hi);
        });
  }
  return e;
}

// `luma` is that of pixel x0.
template <typename T>
void OutputWriter::WriteRow(const float* luma, int y, int x0, int x1, const Quantization& q) const {
  const int count = x1 - x0;
  const bool rgb_out = HasColour(out_.format);
  const bool colour = rgb_out && HasColour(vi_.format);
  T* out = out_.Row<T>(y) + std::ptrdiff_t{x0} * (rgb_out ? 3 : 1);
  if (colour && (IsFloatingPoint(vi_.format) || std::is_same_v<T, float>)) {
    for (int i = 0; i < count; ++i, out += 3) {
      const Rgb c = FusedPixel(luma[i], ReadVisible(vi_, y, x0 + i));
      out[0] = Quantize<T>(c.r, q);
      out[1] = Quantize<T>(c.g, q);
      out[2] = Quantize<T>(c.b, q);
    }
    return;
  }
  if constexpr (std::is_same_v<T, float>) {
    const int channels = rgb_out ? 3 : 1;
    for (int i = 0; i < count; ++i) {
      for (int c = 0; c < channels; ++c) *out++ = Quantize<T>(luma[i], q);
    }
  } else if (colour) {
    WithSource(vi_, y, x0, x1, [&]<typename From>(int x, int n, const From* source) {
      BestPixelKernels().Colour<From, T>().write_rgb(luma + (x - x0), source, n, q,
                                                     out + std::ptrdiff_t{3} * (x - x0));
    });
  } else if (rgb_out) {
    BestPixelKernels().Samples<T>().write_gray_rgb(luma, count, q, out);
  } else {
    BestPixelKernels().Samples<T>().write_gray(luma, count, q, out);
  }
}

// As WriteRow, a piece at a time by way of rgb8 or gray8.
void OutputWriter::WritePackedRow(const float* luma, int y, int x0, int x1,
                                  const Quantization& q) const {
  const PixelKernels& kernels = BestPixelKernels();
  InPieces(x0, x1, [&](int x, int count) {
    std::uint8_t piece[3 * kPackedPixels];
    const float* in = luma + (x - x0);
    if (out_.format == PixelFormat::kYuyv8) {
      kernels.bytes.write_gray(in, count, q, piece);
      return PackLuma(piece, vi_, y, x, count, out_);
    }
    if (IsFloatingPoint(vi_.format) && HasColour(vi_.format)) {
      for (int i = 0; i < count; ++i) {
        const Rgb c = FusedPixel(in[i], ReadVisible(vi_, y, x + i));
        piece[3 * i] = Quantize<std::uint8_t>(c.r, q);
        piece[3 * i + 1] = Quantize<std::uint8_t>(c.g, q);
        piece[3 * i + 2] = Quantize<std::uint8_t>(c.b, q);
      }
    } else if (HasColour(vi_.format)) {
      WithSource(vi_, y, x, x + count, [&]<typename From>(int, int n, const From* source) {
        kernels.Colour<From, std::uint8_t>().write_rgb(in, source, n, q, piece);
      });
    } else {
      kernels.bytes.write_gray_rgb(in, count, q, piece);
    }
    PackRgb(piece, vi_, y, x, count, out_);
  });
}

void OutputWriter::Write(nn::ConstPlane luma, const nn::Rect& region,
                         const SampleExtremes& extremes) const {
  Quantization q = QuantizationOf(range_, extremes, FullScale(out_.format));
  if (const LumaEnds ends = LumaEndsOf(out_.format, luma_); ends.black > 0.0f) {
    q.offset += ends.black * q.full_scale;
    q.full_scale *= ends.white - ends.black;
  }
  const LinearMap map = range_.kind == Kind::kFixedLuma ? LumaMapOf(range_) : LinearMap();
  for (int y = region.y0; y < region.y1; ++y) {
    const float* row = luma.Row(y - region.y0);
    if (range_.kind != Kind::kFixedLuma) {
      WriteLuma(row, y, region.x0, region.x1, q);
      continue;
    }
    std::array<float, 512> stretched;
    const auto piece = static_cast<int>(stretched.size());
    for (int x = region.x0; x < region.x1; x += piece, row += piece) {
      const int count = std::min(piece, region.x1 - x);
      std::transform(row, row + count, stretched.begin(),
                     [&map](float v) { return Clamp01((v - map.lo) * map.scale); });
      WriteLuma(stretched.data(), y, x, x + count, q);
    }
  }
}

void OutputWriter::WriteLuma(const float* luma, int y, int x0, int x1,
                             const Quantization& q) const {
  if (IsPacked(out_.format)) return WritePackedRow(luma, y, x0, x1, q);
  switch (BytesPerSample(out_.format)) {
    case 1:
      return WriteRow<std::uint8_t>(luma, y, x0, x1, q);
    case 2:
      return WriteRow<std::uint16_t>(luma, y, x0, x1, q);
    default:
      return WriteRow<float>(luma, y, x0, x1, q);
  }
}

void WriteWholePicture(nn::ConstPlane luma, const ImageView& vi, const MutableImageView& out,
                       const OutputRange& range) {
  const nn::Rect all{0, 0, out.width, out.height};
  const bool gentle = range.kind == Kind::kGentle;
  const OutputWriter writer(vi, out, gentle ? GentleRange(luma, all.x1, all.y1) : range);
  writer.Write(luma, all, NeedsExtremes(range) ? writer.FindExtremes(luma, all) : SampleExtremes());
}

}  // namespace seafusion
