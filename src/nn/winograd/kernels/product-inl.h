// Matrix products: Winograd's 36 frequencies and the 1x1 tail. Included once for each CPU target.
#if defined(SEAFUSION_NN_WINOGRAD_KERNELS_PRODUCT_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef SEAFUSION_NN_WINOGRAD_KERNELS_PRODUCT_INL_H_
#undef SEAFUSION_NN_WINOGRAD_KERNELS_PRODUCT_INL_H_
#else
#define SEAFUSION_NN_WINOGRAD_KERNELS_PRODUCT_INL_H_
#endif

#include <hwy/cache_control.h>
#include <hwy/highway.h>

#include "nn/winograd/kernels/kernels.h"
#include "nn/winograd/kernels/operand-inl.h"
#include "nn/winograd/kernels/vector-inl.h"

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

constexpr int kPrefetchSteps = 16;  // about 400 cycles

// sum += in * weights. Block k of the input is at in[k] + offset, row r and channel c of it at
// 16 r + c; the weights of a step are `stride` numbers after those of the step before.
template <typename Dot, int kRowCount, int kVectors>
HWY_INLINE void Accumulate(const typename Dot::T* const* HWY_RESTRICT in, std::ptrdiff_t offset,
                           int in_blocks, const typename Dot::T* HWY_RESTRICT weights,
                           std::ptrdiff_t stride, typename Dot::Sum (&sum)[kRowCount][kVectors]) {
  constexpr int kStep = kLanes * Dot::kDepth;
  for (int k = 0; k < in_blocks; ++k) {
    const typename Dot::T* HWY_RESTRICT x = in[k] + offset;
    for (int c = 0; c < kBlock; c += Dot::kDepth) {
      typename Dot::Operand w[kVectors];
      SEAFUSION_UNROLL
      for (int j = 0; j < kVectors; ++j) w[j] = Dot::Load(weights + j * kStep);
      // The weights of all layers together do not fit the second-level cache.
      SEAFUSION_UNROLL
      for (int j = 0; j < kVectors; j += kVectorsPerBlock) {
        hwy::Prefetch(weights + kPrefetchSteps * stride + j * kStep);
      }
      SEAFUSION_UNROLL
      for (int r = 0; r < kRowCount; ++r) {
        const auto v = Dot::Broadcast(x + r * kBlock + c);
        SEAFUSION_UNROLL
        for (int j = 0; j < kVectors; ++j) Dot::Add(v, w[j], sum[r][j]);
      }
      weights += stride;
    }
  }
}

template <typename Dot, int kRowCount, int kVectors>
HWY_INLINE void Clear(typename Dot::Sum (&sum)[kRowCount][kVectors]) {
  SEAFUSION_UNROLL
  for (int r = 0; r < kRowCount; ++r) {
    SEAFUSION_UNROLL
    for (int j = 0; j < kVectors; ++j) sum[r][j] = Dot::Zero();
  }
}

// Rows [first, first + kRowCount) of one panel of one frequency.
template <typename Dot, int kRowCount, int kBlocks>
HWY_INLINE void ProductGroup(const typename Dot::T* const* in, int first, int in_blocks,
                             const Matrix<typename Dot::T>& u, std::ptrdiff_t stride,
                             float* HWY_RESTRICT out, std::ptrdiff_t block_stride) {
  constexpr int kVectors = kBlocks * kVectorsPerBlock;
  typename Dot::Sum sum[kRowCount][kVectors];
  Clear<Dot>(sum);
  Accumulate<Dot>(in, std::ptrdiff_t{first} * kBlock, in_blocks, u.values, stride, sum);
  SEAFUSION_UNROLL
  for (int r = 0; r < kRowCount; ++r) {
    SEAFUSION_UNROLL
    for (int j = 0; j < kVectors; ++j) {
      hn::Store(Dot::Finish(sum[r][j], u.rescale + j * kLanes), Tag(),
                out + j / kVectorsPerBlock * block_stride + (first + r) * kBlock +
                    j % kVectorsPerBlock * kLanes);
    }
  }
}

template <typename Dot, int kBlocks>
HWY_INLINE void ProductPanels(const Spectrum<typename Dot::T>& v, int in_blocks, int tiles,
                              const Matrix<typename Dot::T>& u, int out_blocks,
                              const Spectrum<float>& m) {
  using T = typename Dot::T;
  const std::ptrdiff_t outs = std::ptrdiff_t{out_blocks} * kBlock;
  const std::ptrdiff_t stride = outs * Dot::kDepth;
  for (int f = 0; f < kFrequencies; ++f) {
    const T* in[kMaxBlocks];
    for (int k = 0; k < in_blocks; ++k) {
      in[k] = v.data + f * v.frequency_stride + k * v.block_stride;
    }
    for (int o = 0; o < out_blocks; o += kBlocks) {
      const Matrix<T> panel = {u.values + (f * in_blocks * outs + o * Dot::kDepth) * kBlock,
                               u.rescale + f * outs + o * kBlock};
      float* out = m.data + f * m.frequency_stride + o * m.block_stride;
      int t = 0;
      for (; t + kRows<kBlocks> <= tiles; t += kRows<kBlocks>) {
        ProductGroup<Dot, kRows<kBlocks>, kBlocks>(in, t, in_blocks, panel, stride, out,
                                                   m.block_stride);
      }
      for (; t < tiles; t += kRestRows) {
        ProductGroup<Dot, kRestRows, kBlocks>(in, t, in_blocks, panel, stride, out, m.block_stride);
      }
    }
  }
}

template <typename Dot>
void Product(const Spectrum<typename Dot::T>& v, int in_blocks, int tiles,
             const Matrix<typename Dot::T>& u, int out_blocks, const Spectrum<float>& m) {
  if constexpr (kPanelBlocks > 1) {
    if (out_blocks % 2 == 0) return ProductPanels<Dot, 2>(v, in_blocks, tiles, u, out_blocks, m);
  }
  ProductPanels<Dot, 1>(v, in_blocks, tiles, u, out_blocks, m);
}

// One panel of a tail: where its weights begin, and the rest of what all pixels need.
template <typename T>
struct TailPanel {
  const T* const* in;
  int in_blocks;
  Matrix<T> weights;
  std::ptrdiff_t stride;
  const float* bias;
  Vector slope;
  float* const* out;
};

// Pixels [first, first + kRowCount); only `count` of them are written. The input of the first is at
// in[k] + in_first pixels.
template <typename Dot, int kRowCount, int kBlocks>
HWY_INLINE void TailGroup(const TailPanel<typename Dot::T>& panel, int in_first, int first,
                          int count) {
  constexpr int kVectors = kBlocks * kVectorsPerBlock;
  typename Dot::Sum sum[kRowCount][kVectors];
  Clear<Dot>(sum);
  Accumulate<Dot>(panel.in, std::ptrdiff_t{in_first} * kBlock, panel.in_blocks,
                  panel.weights.values, panel.stride, sum);
  SEAFUSION_UNROLL
  for (int r = 0; r < kRowCount; ++r) {
    if (r < count) {
      SEAFUSION_UNROLL
      for (int j = 0; j < kVectors; ++j) {
        const Vector v = hn::Add(Dot::Finish(sum[r][j], panel.weights.rescale + j * kLanes),
                                 hn::Load(Tag(), panel.bias + j * kLanes));
        hn::Store(
            hn::Max(v, hn::Mul(v, panel.slope)), Tag(),
            panel.out[j / kVectorsPerBlock] + (first + r) * kBlock + j % kVectorsPerBlock * kLanes);
      }
    }
  }
}

// Pixels [first, first + count).
template <typename Dot, int kBlocks>
HWY_INLINE void TailRows(const TailPanel<typename Dot::T>& panel, int in_first, int first,
                         int count) {
  int p = 0;
  for (; p + kRows<kBlocks> <= count; p += kRows<kBlocks>) {
    TailGroup<Dot, kRows<kBlocks>, kBlocks>(panel, in_first + p, first + p, kRows<kBlocks>);
  }
  for (; p < count; p += kRestRows) {
    TailGroup<Dot, kRestRows, kBlocks>(panel, in_first + p, first + p,
                                       HWY_MIN(kRestRows, count - p));
  }
}

template <typename Dot, int kBlocks>
HWY_INLINE void TailPanels(const typename Dot::T* const* in, int in_first, int first, int count,
                           int in_blocks, const Matrix<typename Dot::T>& weights, const float* bias,
                           float slope, float* const* out, int out_blocks) {
  for (int o = 0; o < out_blocks; o += kBlocks) {
    TailRows<Dot, kBlocks>(
        {in,
         in_blocks,
         {weights.values + o * kBlock * Dot::kDepth, weights.rescale + o * kBlock},
         std::ptrdiff_t{out_blocks} * kBlock * Dot::kDepth,
         bias + o * kBlock,
         hn::Set(Tag(), slope),
         out + o},
        in_first, first, count);
  }
}

template <typename Dot>
HWY_INLINE void TailProduct(const typename Dot::T* const* in, int in_first, int first, int count,
                            int in_blocks, const Matrix<typename Dot::T>& weights,
                            const float* bias, float slope, float* const* out, int out_blocks) {
  if constexpr (kPanelBlocks > 1) {
    if (out_blocks == 3) {
      return TailPanels<Dot, 3>(in, in_first, first, count, in_blocks, weights, bias, slope, out,
                                3);
    }
    if (out_blocks == 2) {
      return TailPanels<Dot, 2>(in, in_first, first, count, in_blocks, weights, bias, slope, out,
                                2);
    }
  }
  TailPanels<Dot, 1>(in, in_first, first, count, in_blocks, weights, bias, slope, out, out_blocks);
}

void FloatTail(const float* const* in, int in_blocks, int count, const float* /*scales*/,
               const Matrix<float>& weights, const float* bias, float slope, float* const* out,
               int out_blocks) {
  TailProduct<FloatDot>(in, 0, 0, count, in_blocks, weights, bias, slope, out, out_blocks);
}

// Converts a few pixels at a time, which stay in the first-level cache.
template <typename Dot>
void ConvertingTail(const float* const* in, int in_blocks, int count, const float* scales,
                    const Matrix<typename Dot::T>& weights, const float* bias, float slope,
                    float* const* out, int out_blocks) {
  constexpr int kGroup = 2 * kRowGroup;
  HWY_ALIGN typename Dot::T converted[kMaxTailBlocks][kGroup * kBlock];
  const typename Dot::T* rows[kMaxTailBlocks];
  for (int k = 0; k < in_blocks; ++k) rows[k] = converted[k];
  for (int p = 0; p < count; p += kGroup) {
    const int pixels = HWY_MIN(kGroup, count - p);
    for (int k = 0; k < in_blocks; ++k) {
      const float* HWY_RESTRICT from = in[k] + std::ptrdiff_t{p} * kBlock;
      for (int i = 0; i < pixels * kBlock; i += kLanes) {
        Dot::Convert(hn::Load(Tag(), from + i), scales + k, converted[k] + i);
      }
    }
    TailProduct<Dot>(rows, 0, p, pixels, in_blocks, weights, bias, slope, out, out_blocks);
  }
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
