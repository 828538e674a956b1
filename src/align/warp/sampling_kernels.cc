#include "align/warp/sampling_kernels.h"

#include <algorithm>
#include <cstring>
#include <limits>

#include "core/cpu/highway_targets.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "align/warp/sampling_kernels.cc"
#include <hwy/foreach_target.h>
// After foreach_target.h, as it asks.
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace seafusion::align {
namespace HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;

constexpr int kBits = 5;  // of a fraction
constexpr int kUnit = 1 << kBits;

// One output pixel, anywhere.
template <typename T, int kChannels>
HWY_INLINE void ReadOne(const LinearRow& row, int i, T* out) {
  const int x = row.places[2 * i], y = row.places[2 * i + 1];
  const int fx = row.fractions[i] & (kUnit - 1), fy = row.fractions[i] >> kBits;
  const auto at = [&](int px, int py) {
    const std::ptrdiff_t column = std::clamp(px, 0, row.width - 1);
    const std::ptrdiff_t line = std::clamp(py, 0, row.height - 1);
    return reinterpret_cast<const T*>(row.pixels + line * row.stride) + column * kChannels;
  };
  const T *a = at(x, y), *b = at(x + 1, y), *c = at(x, y + 1), *d = at(x + 1, y + 1);
  for (int k = 0; k < kChannels; ++k) {
    const int top = a[k] * kUnit + (b[k] - a[k]) * fx, bottom = c[k] * kUnit + (d[k] - c[k]) * fx;
    out[k] = static_cast<T>((top * kUnit + (bottom - top) * fy + kUnit * kUnit / 2) >> (2 * kBits));
  }
}

// A vector of output pixels: two neighbours are gathered at once.
template <typename T>
HWY_INLINE void ReadGray(const LinearRow& row, T* out) {
  const hn::ScalableTag<std::int32_t> d;
  const hn::RebindToUnsigned<decltype(d)> du;
  const hn::Rebind<std::uint16_t, decltype(d)> d16;
  const hn::Rebind<T, decltype(d)> narrow;
  const int lanes = static_cast<int>(hn::Lanes(d));
  const auto* above = reinterpret_cast<const std::int32_t*>(row.pixels);
  const auto* below = reinterpret_cast<const std::int32_t*>(row.pixels + row.stride);
  const auto stride = hn::Set(d, static_cast<std::int32_t>(row.stride));
  const auto sample = hn::Set(d, std::numeric_limits<T>::max());
  const auto half = hn::Set(d, kUnit * kUnit / 2);
  const auto lerped = [&](auto pair, auto fx) HWY_ATTR {
    const auto left = hn::And(pair, sample);
    const auto right = hn::And(
        hn::BitCast(d, hn::ShiftRight<8 * static_cast<int>(sizeof(T))>(hn::BitCast(du, pair))),
        sample);
    return hn::Add(hn::ShiftLeft<kBits>(left), hn::Mul(hn::Sub(right, left), fx));
  };
  int i = 0;
  for (; row.inner && i + lanes <= row.count; i += lanes) {
    const auto place = hn::LoadU(
        d, reinterpret_cast<const std::int32_t*>(row.places + 2 * static_cast<std::ptrdiff_t>(i)));
    const auto x = hn::And(place, hn::Set(d, 0xffff));
    const auto y = hn::ShiftRight<16>(place);
    const auto offset = hn::Add(hn::Mul(y, stride), sizeof(T) == 1 ? x : hn::ShiftLeft<1>(x));
    const auto f = hn::PromoteTo(d, hn::LoadU(d16, row.fractions + i));
    const auto fx = hn::And(f, hn::Set(d, kUnit - 1)), fy = hn::ShiftRight<kBits>(f);
    const auto top = lerped(hn::GatherOffset(d, above, offset), fx);
    const auto bottom = lerped(hn::GatherOffset(d, below, offset), fx);
    const auto sum = hn::Add(hn::ShiftLeft<kBits>(top), hn::Mul(hn::Sub(bottom, top), fy));
    hn::StoreU(hn::DemoteTo(narrow, hn::ShiftRight<2 * kBits>(hn::Add(sum, half))), narrow,
               out + i);
  }
  for (; i < row.count; ++i) ReadOne<T, 1>(row, i, out + i);
}

// One output pixel at a time, all channels of it and of its right neighbour side by side.
template <int kChannels>
HWY_INLINE void ReadColour(const LinearRow& row, std::uint8_t* out) {
  int i = 0;
#if HWY_TARGET != HWY_SCALAR
  constexpr int kFine = 6;  // bits below a level until the end
  const hn::Full64<std::uint8_t> bytes;
  const hn::Full128<std::int16_t> d;
  const auto half = hn::Set(d, static_cast<std::int16_t>(1 << (kFine - 1)));
  // The last one would write beyond the row.
  for (; row.inner && i + 3 <= row.count; ++i) {
    const std::uint8_t* p =
        row.pixels + row.places[2 * i + 1] * row.stride + row.places[2 * i] * kChannels;
    const int f = row.fractions[i];
    const auto fx = hn::Set(d, static_cast<std::int16_t>((f & (kUnit - 1)) << (15 - kBits)));
    const auto fy = hn::Set(d, static_cast<std::int16_t>((f >> kBits) << (15 - kBits)));
    const auto top = hn::ShiftLeft<kFine>(hn::PromoteTo(d, hn::LoadU(bytes, p)));
    const auto bottom = hn::ShiftLeft<kFine>(hn::PromoteTo(d, hn::LoadU(bytes, p + row.stride)));
    const auto left = hn::Add(top, hn::MulFixedPoint15(hn::Sub(bottom, top), fy));
    const auto right = hn::ShiftRightBytes<2 * kChannels>(d, left);
    const auto sum = hn::Add(left, hn::MulFixedPoint15(hn::Sub(right, left), fx));
    hn::StoreU(hn::DemoteTo(bytes, hn::ShiftRight<kFine>(hn::Add(sum, half))), bytes,
               out + kChannels * i);
  }
#endif
  for (; i < row.count; ++i) ReadOne<std::uint8_t, kChannels>(row, i, out + kChannels * i);
}

void Gray8(const LinearRow& row, std::uint8_t* out) {
  ReadGray(row, out);
}
void Gray16(const LinearRow& row, std::uint16_t* out) {
  ReadGray(row, out);
}
void Rgb8(const LinearRow& row, std::uint8_t* out) {
  ReadColour<3>(row, out);
}
void Rgba8(const LinearRow& row, std::uint8_t* out) {
  ReadColour<4>(row, out);
}

template <typename T, typename Wide>
HWY_INLINE void Average(const T* above, const T* below, std::size_t step, std::size_t count,
                        T* out) {
  const hn::ScalableTag<Wide> d;
  const hn::Rebind<T, decltype(d)> narrow;
  const std::size_t lanes = hn::Lanes(d);
  const auto half = hn::Set(d, 2);
  std::size_t i = 0;
  for (; i + lanes <= count; i += lanes) {
    const auto a = hn::Add(hn::PromoteTo(d, hn::LoadU(narrow, above + i)),
                           hn::PromoteTo(d, hn::LoadU(narrow, above + i + step)));
    const auto b = hn::Add(hn::PromoteTo(d, hn::LoadU(narrow, below + i)),
                           hn::PromoteTo(d, hn::LoadU(narrow, below + i + step)));
    const auto mean = hn::ShiftRight<2>(hn::Add(hn::Add(a, b), half));
    hn::StoreU(hn::DemoteTo(narrow, mean), narrow, out + i);
  }
  for (; i < count; ++i) {
    out[i] = static_cast<T>((above[i] + above[i + step] + below[i] + below[i + step] + 2) >> 2);
  }
}

void Average8(const std::uint8_t* above, const std::uint8_t* below, std::size_t step,
              std::size_t count, std::uint8_t* out) {
  Average<std::uint8_t, std::int16_t>(above, below, step, count, out);
}
void Average16(const std::uint16_t* above, const std::uint16_t* below, std::size_t step,
               std::size_t count, std::uint16_t* out) {
  Average<std::uint16_t, std::int32_t>(above, below, step, count, out);
}

void Cells8(const CellRow& row, std::uint8_t* out) {
  const hn::ScalableTag<std::uint16_t> d;
  const hn::Rebind<std::uint8_t, decltype(d)> bytes;
  const std::size_t lanes = hn::Lanes(d);
  const auto channels = static_cast<std::size_t>(row.channels);
  const auto factor = static_cast<std::size_t>(row.factor);
  const std::size_t have = static_cast<std::size_t>(row.width) * channels;
  const std::size_t all = static_cast<std::size_t>(row.cells) * factor * channels;
  std::uint16_t* HWY_RESTRICT sums = row.sums;
  std::size_t i = 0;
  for (; i + lanes <= have; i += lanes) {
    auto sum = hn::PromoteTo(d, hn::LoadU(bytes, row.rows[0] + i));
    for (std::size_t k = 1; k < factor; ++k) {
      sum = hn::Add(sum, hn::PromoteTo(d, hn::LoadU(bytes, row.rows[k] + i)));
    }
    hn::StoreU(sum, d, sums + i);
  }
  for (; i < have; ++i) {
    unsigned sum = 0;
    for (std::size_t k = 0; k < factor; ++k) sum += row.rows[k][i];
    sums[i] = static_cast<std::uint16_t>(sum);
  }
  for (; i < all; ++i) sums[i] = sums[i - channels];
  // Every pixel with those on its right: what is written is not read again.
  std::fill(sums + all, sums + row.SumsOf(), std::uint16_t{0});
  for (i = 0; i < all; i += lanes) {
    auto sum = hn::LoadU(d, sums + i);
    for (std::size_t k = 1; k < factor; ++k) {
      sum = hn::Add(sum, hn::LoadU(d, sums + i + k * channels));
    }
    hn::StoreU(sum, d, sums + i);
  }
  // Each cell's first one moves up to its place.
  const std::size_t step = factor * channels,
                    count = static_cast<std::size_t>(row.cells) * channels;
  if (channels == 1) {
    for (std::size_t c = 0; c < count; ++c) sums[c] = sums[c * step];
  } else {
    constexpr std::size_t kMostChannels = 4;  // what is moved beyond 3 is overwritten by the next
    const std::uint16_t* from = sums;
    for (std::size_t c = 0; c < count; c += channels, from += step) {
      std::uint16_t pixel[kMostChannels];
      std::memcpy(pixel, from, sizeof(pixel));
      std::memcpy(sums + c, pixel, sizeof(pixel));
    }
  }
  const hn::Repartition<float, decltype(d)> df;
  const hn::RebindToSigned<decltype(df)> di;
  const hn::Rebind<std::uint16_t, decltype(df)> few;
  const hn::Rebind<std::uint8_t, decltype(df)> few_bytes;
  const float area = static_cast<float>(factor * factor);
  // A quarter of a sum's step above a half: halves go up, whichever way this is rounded.
  const float half = 0.5f + 0.25f / area;
  const std::size_t floats = hn::Lanes(df);
  for (i = 0; i + floats <= count; i += floats) {
    const auto sum = hn::ConvertTo(df, hn::PromoteTo(di, hn::LoadU(few, sums + i)));
    const auto mean = hn::MulAdd(sum, hn::Set(df, 1 / area), hn::Set(df, half));
    hn::StoreU(hn::DemoteTo(few_bytes, hn::ConvertTo(di, mean)), few_bytes, out + i);
  }
  for (; i < count; ++i) {
    out[i] = static_cast<std::uint8_t>(static_cast<float>(sums[i]) / area + half);
  }
}

constexpr SamplingKernels kTable = {Gray8, Gray16, Rgb8, Rgba8, Average8, Average16, Cells8};

}  // namespace HWY_NAMESPACE
}  // namespace seafusion::align
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace seafusion::align {

const SamplingKernels& SamplingKernelsFor(CpuTarget target) {
  static constexpr HighwayTables<SamplingKernels> kTables = SEAFUSION_HIGHWAY_TABLES(kTable);
  return kTables.For(target);
}

const SamplingKernels& BestSamplingKernels() {
  return SamplingKernelsFor(SupportedCpuTargets().front());
}

}  // namespace seafusion::align
#endif  // HWY_ONCE
