// Matrix products: Winograd's 36 frequencies and the 1x1 tail. Included once for each CPU target.
#if defined(SEAFUSION_NN_WINOGRAD_PRODUCT_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef SEAFUSION_NN_WINOGRAD_PRODUCT_INL_H_
#undef SEAFUSION_NN_WINOGRAD_PRODUCT_INL_H_
#else
#define SEAFUSION_NN_WINOGRAD_PRODUCT_INL_H_
#endif

#include <hwy/cache_control.h>
#include <hwy/highway.h>

#include "nn/winograd/kernels.h"
#include "nn/winograd/vector-inl.h"

HWY_BEFORE_NAMESPACE();
namespace seafusion::nn::winograd {
namespace HWY_NAMESPACE {

// Blocks of outputs computed together, and rows (tiles or pixels) computed together, so that the
// sums, one set of weights and one input fit in the registers: 32 of them, or 16.
#if HWY_TARGET == HWY_AVX3
constexpr int kPanelBlocks = 3;
template <int kBlocks>
constexpr int kRows = kBlocks == 3 ? 8 : 12;
constexpr int kRestRows = 4;
#elif HWY_TARGET == HWY_NEON || HWY_TARGET == HWY_AVX2
constexpr int kPanelBlocks = 1;
template <int kBlocks>
constexpr int kRows = 6;
constexpr int kRestRows = 2;
#else
constexpr int kPanelBlocks = 1;
template <int kBlocks>
constexpr int kRows = 2;
constexpr int kRestRows = 1;
#endif

constexpr int kPrefetchRows = 16;  // input channels ahead: about 400 cycles

// sum += in * weights. Block k of the input is at in[k] + offset, row r and channel c of it at
// 16 r + c; channel c's weights are `weight_stride` floats after those of c - 1.
template <int kRowCount, int kVectors>
HWY_INLINE void Accumulate(const float* const* HWY_RESTRICT in, std::ptrdiff_t offset,
                           int in_blocks, const float* HWY_RESTRICT weights,
                           std::ptrdiff_t weight_stride, Vector (&sum)[kRowCount][kVectors]) {
  const Tag d;
  for (int k = 0; k < in_blocks; ++k) {
    const float* HWY_RESTRICT x = in[k] + offset;
    for (int c = 0; c < kBlock; ++c) {
      Vector w[kVectors];
      SEAFUSION_UNROLL
      for (int j = 0; j < kVectors; ++j) w[j] = hn::Load(d, weights + j * kLanes);
      // The weights of all layers together do not fit the second-level cache.
      SEAFUSION_UNROLL
      for (int j = 0; j < kVectors; j += kVectorsPerBlock) {
        hwy::Prefetch(weights + kPrefetchRows * weight_stride + j * kLanes);
      }
      SEAFUSION_UNROLL
      for (int r = 0; r < kRowCount; ++r) {
        const Vector v = hn::Set(d, x[r * kBlock + c]);
        SEAFUSION_UNROLL
        for (int j = 0; j < kVectors; ++j) sum[r][j] = hn::MulAdd(v, w[j], sum[r][j]);
      }
      weights += weight_stride;
    }
  }
}

// Rows [first, first + kRowCount) of one panel of one frequency.
template <int kRowCount, int kBlocks>
HWY_INLINE void ProductGroup(const float* const* in, int first, int in_blocks, const float* weights,
                             std::ptrdiff_t weight_stride, float* HWY_RESTRICT out,
                             std::ptrdiff_t block_stride) {
  const Tag d;
  constexpr int kVectors = kBlocks * kVectorsPerBlock;
  Vector sum[kRowCount][kVectors];
  SEAFUSION_UNROLL
  for (int r = 0; r < kRowCount; ++r) {
    SEAFUSION_UNROLL
    for (int j = 0; j < kVectors; ++j) sum[r][j] = hn::Zero(d);
  }
  Accumulate(in, std::ptrdiff_t{first} * kBlock, in_blocks, weights, weight_stride, sum);
  SEAFUSION_UNROLL
  for (int r = 0; r < kRowCount; ++r) {
    SEAFUSION_UNROLL
    for (int j = 0; j < kVectors; ++j) {
      hn::Store(sum[r][j], d,
                out + j / kVectorsPerBlock * block_stride + (first + r) * kBlock +
                    j % kVectorsPerBlock * kLanes);
    }
  }
}

template <int kBlocks>
HWY_INLINE void ProductPanels(const Spectrum& v, int in_blocks, int tiles, const float* u,
                              int out_blocks, const Spectrum& m) {
  constexpr int kMaxInBlocks = 8;
  const std::ptrdiff_t outs = std::ptrdiff_t{out_blocks} * kBlock;
  for (int f = 0; f < kFrequencies; ++f) {
    const float* in[kMaxInBlocks];
    for (int k = 0; k < in_blocks; ++k) {
      in[k] = v.data + f * v.frequency_stride + k * v.block_stride;
    }
    for (int o = 0; o < out_blocks; o += kBlocks) {
      const float* weights = u + f * in_blocks * kBlock * outs + o * kBlock;
      float* out = m.data + f * m.frequency_stride + o * m.block_stride;
      int t = 0;
      for (; t + kRows<kBlocks> <= tiles; t += kRows<kBlocks>) {
        ProductGroup<kRows<kBlocks>, kBlocks>(in, t, in_blocks, weights, outs, out, m.block_stride);
      }
      for (; t < tiles; t += kRestRows) {
        ProductGroup<kRestRows, kBlocks>(in, t, in_blocks, weights, outs, out, m.block_stride);
      }
    }
  }
}

void Product(const Spectrum& v, int in_blocks, int tiles, const float* u, int out_blocks,
             const Spectrum& m) {
  if constexpr (kPanelBlocks > 1) {
    if (out_blocks % 2 == 0) return ProductPanels<2>(v, in_blocks, tiles, u, out_blocks, m);
  }
  ProductPanels<1>(v, in_blocks, tiles, u, out_blocks, m);
}

// Pixels [first, first + kRowCount) of one panel; only `count` of them are written.
template <int kRowCount, int kBlocks>
HWY_INLINE void TailGroup(const float* const* in, int first, int count, int in_blocks,
                          const float* weights, const float* bias, std::ptrdiff_t weight_stride,
                          float slope, float* const* out) {
  const Tag d;
  constexpr int kVectors = kBlocks * kVectorsPerBlock;
  Vector sum[kRowCount][kVectors];
  SEAFUSION_UNROLL
  for (int r = 0; r < kRowCount; ++r) {
    SEAFUSION_UNROLL
    for (int j = 0; j < kVectors; ++j) sum[r][j] = hn::Load(d, bias + j * kLanes);
  }
  Accumulate(in, std::ptrdiff_t{first} * kBlock, in_blocks, weights, weight_stride, sum);
  const Vector s = hn::Set(d, slope);
  SEAFUSION_UNROLL
  for (int r = 0; r < kRowCount; ++r) {
    if (r < count) {
      SEAFUSION_UNROLL
      for (int j = 0; j < kVectors; ++j) {
        hn::Store(hn::Max(sum[r][j], hn::Mul(sum[r][j], s)), d,
                  out[j / kVectorsPerBlock] + (first + r) * kBlock + j % kVectorsPerBlock * kLanes);
      }
    }
  }
}

template <int kBlocks>
HWY_INLINE void TailPanels(const float* const* in, int in_blocks, int count, const float* weights,
                           float slope, float* const* out, int out_blocks) {
  const std::ptrdiff_t outs = std::ptrdiff_t{out_blocks} * kBlock;
  const float* bias = weights + in_blocks * kBlock * outs;
  for (int o = 0; o < out_blocks; o += kBlocks) {
    int p = 0;
    for (; p + kRows<kBlocks> <= count; p += kRows<kBlocks>) {
      TailGroup<kRows<kBlocks>, kBlocks>(in, p, kRows<kBlocks>, in_blocks, weights + o * kBlock,
                                         bias + o * kBlock, outs, slope, out + o);
    }
    for (; p < count; p += kRestRows) {
      TailGroup<kRestRows, kBlocks>(in, p, HWY_MIN(kRestRows, count - p), in_blocks,
                                    weights + o * kBlock, bias + o * kBlock, outs, slope, out + o);
    }
  }
}

void Tail(const float* const* in, int in_blocks, int count, const float* weights, float slope,
          float* const* out, int out_blocks) {
  if constexpr (kPanelBlocks > 1) {
    if (out_blocks == 3) return TailPanels<3>(in, in_blocks, count, weights, slope, out, 3);
    if (out_blocks == 2) return TailPanels<2>(in, in_blocks, count, weights, slope, out, 2);
  }
  TailPanels<1>(in, in_blocks, count, weights, slope, out, out_blocks);
}

// Enough sums in flight to hide the latency of a multiply-add on two units.
double MultiplyAdds(long rounds, float* sink) {
  constexpr int kSums = 12;
  const Tag d;
  const Vector factor = hn::Set(d, 0.5f), one = hn::Set(d, 1.0f);
  Vector sum[kSums];
  SEAFUSION_UNROLL
  for (int i = 0; i < kSums; ++i) sum[i] = hn::Set(d, sink[0] + static_cast<float>(i));
  for (long r = 0; r < rounds; ++r) {
    SEAFUSION_UNROLL
    for (int i = 0; i < kSums; ++i) sum[i] = hn::MulAdd(sum[i], factor, one);
  }
  Vector total = sum[0];
  SEAFUSION_UNROLL
  for (int i = 1; i < kSums; ++i) total = hn::Add(total, sum[i]);
  *sink = hn::GetLane(total);
  return static_cast<double>(rounds) * kSums * kLanes;
}

}  // namespace HWY_NAMESPACE
}  // namespace seafusion::nn::winograd
HWY_AFTER_NAMESPACE();

#endif  // toggle
