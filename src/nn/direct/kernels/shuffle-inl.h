// Between the picture's rows and those at half its resolution. Included once for each CPU target.
#if defined(SEAFUSION_NN_DIRECT_KERNELS_SHUFFLE_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef SEAFUSION_NN_DIRECT_KERNELS_SHUFFLE_INL_H_
#undef SEAFUSION_NN_DIRECT_KERNELS_SHUFFLE_INL_H_
#else
#define SEAFUSION_NN_DIRECT_KERNELS_SHUFFLE_INL_H_
#endif

#include <cstdint>

#include <hwy/highway.h>

#include "nn/direct/kernels/kernels.h"
#include "nn/direct/kernels/operand-inl.h"

HWY_BEFORE_NAMESPACE();
namespace seafusion::nn::direct {
namespace HWY_NAMESPACE {

#if HWY_TARGET == HWY_SCALAR

// No vectors, nothing to shuffle.
template <typename Dot>
void Unshuffle(const float* const inf[2], const float* const vis[2], int pixels, float scale,
               typename Dot::T* HWY_RESTRICT out) {
  ConvKernelsOf<typename Dot::T>(ReferenceKernels()).unshuffle(inf, vis, pixels, scale, out);
}
void Blend(const BlendRows& rows) {
  ReferenceKernels().blend(rows);
}

#else

// Two neighbours of a row as one number.
template <typename T>
using PairOf = std::conditional_t<sizeof(T) == 4, std::uint64_t,
                                  std::conditional_t<sizeof(T) == 2, std::uint32_t, std::uint16_t>>;

template <typename Dot>
void Unshuffle(const float* const inf[2], const float* const vis[2], int pixels, float scale,
               typename Dot::T* HWY_RESTRICT out) {
  using T = typename Dot::T;
  using Pair = PairOf<T>;
  const hn::CappedTag<Pair, kLanes / 2> d;
  const float* const from[4] = {inf[0], inf[1], vis[0], vis[1]};
  for (int p = 0; p < pixels; p += kLanes / 2) {
    HWY_ALIGN T values[4][kLanes];
    hn::Vec<decltype(d)> pairs[4];
    SEAFUSION_UNROLL
    for (int i = 0; i < 4; ++i) {
      const Vector v = hn::LoadU(Tag(), from[i] + 2 * p);
      Ending<Dot>::Store(Ending<Dot>::FromUnit(v, scale), values[i]);
      pairs[i] = hn::Load(d, reinterpret_cast<const Pair*>(values[i]));
    }
    hn::StoreInterleaved4(pairs[0], pairs[1], pairs[2], pairs[3], d,
                          reinterpret_cast<Pair*>(out + std::ptrdiff_t{8} * p));
  }
}

void Blend(const BlendRows& rows) {
  const Tag d;
  const hn::RepartitionToWide<hn::RebindToUnsigned<Tag>> pair;
  using Pairs = hn::Vec<decltype(pair)>;
  const Vector zero = hn::Zero(d), one = hn::Set(d, 1.0f);
  for (int p = 0; p < rows.pixels; p += kLanes / 2) {
    const auto* maps =
        reinterpret_cast<const std::uint64_t*>(rows.maps + std::ptrdiff_t{kBlock} * p);
    // Each vector holds the pairs of the upper and of the lower row in turn.
    Pairs a[2], b[2], r[2], unused;
    SEAFUSION_UNROLL
    for (int i = 0; i < 2; ++i) {
      hn::LoadInterleaved4(pair, maps + i * 2 * kLanes, a[i], b[i], r[i], unused);
    }
    SEAFUSION_UNROLL
    for (int y = 0; y < 2; ++y) {
      const auto row = [&](const Pairs(&v)[2]) HWY_ATTR {
        return hn::BitCast(
            d, y == 0 ? hn::ConcatEven(pair, v[1], v[0]) : hn::ConcatOdd(pair, v[1], v[0]));
      };
      const Vector inf = hn::LoadU(d, rows.inf[y] + 2 * p);
      const Vector vis = hn::LoadU(d, rows.vis[y] + 2 * p);
      const Vector sum = hn::Add(hn::Add(hn::Mul(row(a), inf), hn::Mul(row(b), vis)), row(r));
      hn::StoreU(hn::Min(hn::Max(sum, zero), one), d, rows.out[y] + 2 * p);
    }
  }
}

#endif  // HWY_SCALAR

void Enlarge(const EnlargeRow& row) {
  const Tag d;
  const int factor = row.factor;
  const Vector lower_weight = hn::Set(d, row.lower_weight);
  const float step = 1.0f / static_cast<float>(2 * factor);  // a power of 2 in the networks so far
  for (int lane = 0; lane < kBlock; lane += kLanes) {
    const auto column_at = [&](int column) HWY_ATTR {
      const std::ptrdiff_t at = column * row.stride + lane;
      const Vector upper = hn::Load(d, row.upper + at), lower = hn::Load(d, row.lower + at);
      return hn::Add(upper, hn::Mul(lower_weight, hn::Sub(lower, upper)));
    };
    const float* HWY_RESTRICT base = row.base + lane;
    float* sums = row.sums + lane;
    // In halves of a pixel, from the middle of the column left of the map.
    int twice = 2 * row.first + 1 + factor;
    int column = twice / (2 * factor);
    int within = twice % (2 * factor);
    Vector left = column_at(column);
    for (int p = 0; p < row.pixels;) {
      const Vector right = column_at(column + 1);
      const Vector rise = hn::Sub(right, left);
      for (; within < 2 * factor && p < row.pixels; within += 2, ++p) {
        const Vector weight = hn::Set(d, static_cast<float>(within) * step);
        const Vector value = hn::Add(left, hn::Mul(weight, rise));
        hn::Store(hn::Add(hn::Load(d, base), value), d, sums);
        base += row.base_stride;
        sums += row.sums_stride;
      }
      within -= 2 * factor;
      left = right;
      ++column;
    }
  }
}

}  // namespace HWY_NAMESPACE
}  // namespace seafusion::nn::direct
HWY_AFTER_NAMESPACE();

#endif  // toggle
