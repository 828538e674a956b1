// Winograd's input and output transforms. Included once for each CPU target.
//
// Both go over the patch in three (two) passes that each keep 12 vectors alive: an AVX2 machine has
// 16 registers, and reading a value twice from the first-level cache is cheaper than a spill.
#if defined(SEAFUSION_NN_WINOGRAD_KERNELS_TRANSFORM_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef SEAFUSION_NN_WINOGRAD_KERNELS_TRANSFORM_INL_H_
#undef SEAFUSION_NN_WINOGRAD_KERNELS_TRANSFORM_INL_H_
#else
#define SEAFUSION_NN_WINOGRAD_KERNELS_TRANSFORM_INL_H_
#endif

#include <hwy/highway.h>

#include "nn/winograd/kernels/kernels.h"
#include "nn/winograd/kernels/operand-inl.h"
#include "nn/winograd/kernels/vector-inl.h"

HWY_BEFORE_NAMESPACE();
namespace seafusion::nn::winograd {
namespace HWY_NAMESPACE {

// Rows (0, 5), (1, 2) and (3, 4) of B^T share their terms.
template <int kPair>
HWY_INLINE void InputRows(Vector d0, Vector d1, Vector d2, Vector d3, Vector d4, Vector d5,
                          Vector& first, Vector& second) {
  const Tag d;
  if constexpr (kPair == 0) {
    const Vector four = hn::Set(d, 4.0f), five = hn::Set(d, 5.0f);
    first = hn::MulAdd(four, d0, hn::NegMulAdd(five, d2, d4));
    second = hn::MulAdd(four, d1, hn::NegMulAdd(five, d3, d5));
  } else if constexpr (kPair == 1) {
    const Vector four = hn::Set(d, 4.0f);
    const Vector even = hn::NegMulAdd(four, d2, d4), odd = hn::NegMulAdd(four, d1, d3);
    first = hn::Add(even, odd);
    second = hn::Sub(even, odd);
  } else {
    const Vector two = hn::Set(d, 2.0f);
    const Vector even = hn::Sub(d4, d2), odd = hn::Sub(d3, d1);
    first = hn::MulAdd(two, odd, even);
    second = hn::NegMulAdd(two, odd, even);
  }
}

// B^T over six values.
HWY_INLINE void InputSix(const Vector (&x)[kPatchSide], Vector (&y)[kPatchSide]) {
  InputRows<0>(x[0], x[1], x[2], x[3], x[4], x[5], y[0], y[5]);
  InputRows<1>(x[0], x[1], x[2], x[3], x[4], x[5], y[1], y[2]);
  InputRows<2>(x[0], x[1], x[2], x[3], x[4], x[5], y[3], y[4]);
}

// Rows kPair of B^T, down one column of six pixels.
template <int kPair>
HWY_INLINE void InputColumn(const float* const (&rows)[kPatchSide], std::ptrdiff_t offset,
                            Vector& first, Vector& second) {
  const Tag d;
  const Vector zero = hn::Zero(d);
  // The compiler drops the rows a pair does not use.
  InputRows<kPair>(kPair == 0 ? hn::Load(d, rows[0] + offset) : zero, hn::Load(d, rows[1] + offset),
                   hn::Load(d, rows[2] + offset), hn::Load(d, rows[3] + offset),
                   hn::Load(d, rows[4] + offset), kPair == 0 ? hn::Load(d, rows[5] + offset) : zero,
                   first, second);
}

// Along a row: its six frequencies.
template <typename Dot>
HWY_INLINE void StoreInputRow(const Vector (&x)[kPatchSide], const float* scales,
                              typename Dot::T* HWY_RESTRICT v, std::ptrdiff_t frequency_stride) {
  Vector out[kPatchSide];
  InputSix(x, out);
  SEAFUSION_UNROLL
  for (int f = 0; f < kPatchSide; ++f) Dot::Convert(out[f], scales + f, v + f * frequency_stride);
}

// Two rows of frequencies of a strip of tiles. A tile shares two of its six columns with the next
// one, which finds them in registers.
template <typename Dot, int kPair>
HWY_INLINE void InputPass(const float* const (&rows)[kPatchSide], std::ptrdiff_t offset, int tiles,
                          const float* scales, typename Dot::T* HWY_RESTRICT v,
                          std::ptrdiff_t frequency_stride) {
  constexpr int kFirst = (kPair == 0 ? 0 : 2 * kPair - 1) * kPatchSide;
  constexpr int kSecond = (kPair == 0 ? 5 : 2 * kPair) * kPatchSide;
  constexpr int kShared = kPatchSide - kTileSide;
  Vector first[kPatchSide], second[kPatchSide];
  SEAFUSION_UNROLL
  for (int x = 0; x < kShared; ++x) {
    InputColumn<kPair>(rows, offset + x * kBlock, first[x], second[x]);
  }
  for (int t = 0; t < tiles; ++t) {
    SEAFUSION_UNROLL
    for (int x = kShared; x < kPatchSide; ++x) {
      InputColumn<kPair>(rows, offset + x * kBlock, first[x], second[x]);
    }
    StoreInputRow<Dot>(first, scales + kFirst, v + kFirst * frequency_stride, frequency_stride);
    StoreInputRow<Dot>(second, scales + kSecond, v + kSecond * frequency_stride, frequency_stride);
    SEAFUSION_UNROLL
    for (int x = 0; x < kShared; ++x) {
      first[x] = first[x + kTileSide];
      second[x] = second[x + kTileSide];
    }
    offset += kTileSide * kBlock;
    v += kBlock;
  }
}

template <typename Dot>
void InputTransform(const float* const* rows, int tiles, const float* scales,
                    typename Dot::T* HWY_RESTRICT v, std::ptrdiff_t frequency_stride) {
  // The pixels of a strip, 13 kB, are still in the first-level cache for the next pair of rows.
  constexpr int kStrip = 8;
  const float* const r[kPatchSide] = {rows[0], rows[1], rows[2], rows[3], rows[4], rows[5]};
  for (int first = 0; first < tiles; first += kStrip) {
    const int count = HWY_MIN(kStrip, tiles - first);
    for (int lane = 0; lane < kBlock; lane += kLanes) {
      const std::ptrdiff_t offset = std::ptrdiff_t{first} * kTileSide * kBlock + lane;
      typename Dot::T* HWY_RESTRICT to = v + first * kBlock + lane;
      InputPass<Dot, 0>(r, offset, count, scales, to, frequency_stride);
      InputPass<Dot, 1>(r, offset, count, scales, to, frequency_stride);
      InputPass<Dot, 2>(r, offset, count, scales, to, frequency_stride);
    }
  }
}

// Rows (0, 2) and (1, 3) of A^T share their terms.
template <bool kOdd>
HWY_INLINE void OutputRows(Vector m0, Vector m1, Vector m2, Vector m3, Vector m4, Vector m5,
                           Vector& first, Vector& second) {
  const Tag d;
  if constexpr (kOdd) {
    const Vector a = hn::Sub(m1, m2), b = hn::Sub(m3, m4);
    first = hn::MulAdd(hn::Set(d, 2.0f), b, a);
    second = hn::MulAdd(hn::Set(d, 8.0f), b, hn::Add(a, m5));
  } else {
    const Vector a = hn::Add(m1, m2), b = hn::Add(m3, m4);
    first = hn::Add(hn::Add(m0, a), b);
    second = hn::MulAdd(hn::Set(d, 4.0f), b, a);
  }
}

HWY_INLINE Vector Finish(Vector v, Vector addend, Vector slope) {
  v = hn::Add(v, addend);
  return hn::Max(v, hn::Mul(v, slope));  // leaky ReLU, as slope <= 1
}

// One row of a tile: four pixels.
HWY_INLINE void StoreOutputRow(const Vector (&m)[kPatchSide], const float* addend,
                               std::ptrdiff_t addend_step, Vector slope, float* HWY_RESTRICT out) {
  const Tag d;
  Vector p[kTileSide];
  OutputRows<false>(m[0], m[1], m[2], m[3], m[4], m[5], p[0], p[2]);
  OutputRows<true>(m[0], m[1], m[2], m[3], m[4], m[5], p[1], p[3]);
  SEAFUSION_UNROLL
  for (int x = 0; x < kTileSide; ++x) {
    hn::Store(Finish(p[x], hn::Load(d, addend + x * addend_step), slope), d, out + x * kBlock);
  }
}

template <bool kOdd>
HWY_INLINE void OutputPass(const float* HWY_RESTRICT m, std::ptrdiff_t frequency_stride,
                           const float* const (&addend)[kTileSide], std::ptrdiff_t addend_step,
                           Vector slope, float* const (&out)[kTileSide]) {
  const Tag d;
  Vector first[kPatchSide], second[kPatchSide];
  SEAFUSION_UNROLL
  for (int x = 0; x < kPatchSide; ++x) {
    const float* HWY_RESTRICT column = m + x * frequency_stride;
    const std::ptrdiff_t row = kPatchSide * frequency_stride;
    const Vector zero = hn::Zero(d);
    OutputRows<kOdd>(kOdd ? zero : hn::Load(d, column), hn::Load(d, column + row),
                     hn::Load(d, column + 2 * row), hn::Load(d, column + 3 * row),
                     hn::Load(d, column + 4 * row), kOdd ? hn::Load(d, column + 5 * row) : zero,
                     first[x], second[x]);
  }
  constexpr int kFirst = kOdd ? 1 : 0;
  StoreOutputRow(first, addend[kFirst], addend_step, slope, out[kFirst]);
  StoreOutputRow(second, addend[kFirst + 2], addend_step, slope, out[kFirst + 2]);
}

void OutputTransform(const float* HWY_RESTRICT m, std::ptrdiff_t frequency_stride,
                     const TileRowOutput& target) {
  const Vector slope = hn::Set(Tag(), target.slope);
  const bool add_rows = target.addend[0] != nullptr;
  const std::ptrdiff_t addend_step = add_rows ? kBlock : 0;
  HWY_ALIGN float spare[kTileSide][kTileSide * kBlock];
  for (int p = 0; p < target.pixels; p += kTileSide) {
    const int columns = HWY_MIN(kTileSide, target.pixels - p);
    const bool whole = columns == kTileSide && target.row_count == kTileSide;
    for (int lane = 0; lane < kBlock; lane += kLanes) {
      const std::ptrdiff_t offset = p * kBlock + lane;
      const float* addend[kTileSide];
      float* out[kTileSide];
      SEAFUSION_UNROLL
      for (int y = 0; y < kTileSide; ++y) {
        // Rows outside the picture take the first row's addend; their result is dropped.
        addend[y] =
            add_rows ? target.addend[y < target.row_count ? y : 0] + offset : target.bias + lane;
        out[y] = whole ? target.rows[y] + offset : spare[y] + lane;
      }
      const float* from = m + p / kTileSide * kBlock + lane;
      OutputPass<false>(from, frequency_stride, addend, addend_step, slope, out);
      OutputPass<true>(from, frequency_stride, addend, addend_step, slope, out);
    }
    if (whole) continue;
    for (int y = 0; y < target.row_count; ++y) {
      for (int i = 0; i < columns * kBlock; ++i) target.rows[y][p * kBlock + i] = spare[y][i];
    }
  }
}

}  // namespace HWY_NAMESPACE
}  // namespace seafusion::nn::winograd
HWY_AFTER_NAMESPACE();

#endif  // toggle
