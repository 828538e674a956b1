// Direct 3x3 convolution of a row. Included once for each CPU target.
//
// With 16 outputs there is one vector of weights (AVX-512) for each input value, so an input that
// is broadcast for one multiply-add alone would make the load units the limit. Here a broadcast
// serves the three outputs that its row's taps reach, whose sums all lie in registers.
#if defined(SEAFUSION_NN_DIRECT_KERNELS_CONV_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef SEAFUSION_NN_DIRECT_KERNELS_CONV_INL_H_
#undef SEAFUSION_NN_DIRECT_KERNELS_CONV_INL_H_
#else
#define SEAFUSION_NN_DIRECT_KERNELS_CONV_INL_H_
#endif

#include <hwy/highway.h>

#include "nn/direct/kernels/kernels.h"
#include "nn/direct/kernels/operand-inl.h"

HWY_BEFORE_NAMESPACE();
namespace seafusion::nn::direct {
namespace HWY_NAMESPACE {

// Vectors of outputs computed together, and pixels, so that the sums, three sets of weights and one
// input fit in the registers: 32 of them, or 16.
#if HWY_TARGET == HWY_AVX3
constexpr int kMostVectors = 2;
template <int kVectors>
constexpr int kPixels = kVectors == 2 ? 10 : 20;
#elif HWY_TARGET == HWY_NEON
constexpr int kMostVectors = 1;
template <int kVectors>
constexpr int kPixels = 20;
#else
constexpr int kMostVectors = 1;
template <int kVectors>
constexpr int kPixels = 10;
#endif
static_assert(kPixels<1> + 2 <= kSlack);

constexpr int kTaps = 3;  // of a row

// Calls store(pixel, vector of outputs, sum) for pixels [first, first + kPixels).
template <typename Dot, int kVectors, typename Store>
HWY_INLINE void ConvGroup(const ConvRow<typename Dot::T>& row, int first, int vector,
                          const Store& store) {
  using T = typename Dot::T;
  constexpr int kCount = kPixels<kVectors>;
  constexpr int kWordDepth = kDepth<T>;
  constexpr int kTapStep = kBlock * kWordDepth;
  const std::ptrdiff_t in_stride = row.in_stride;
  typename Dot::Sum sum[kCount][kVectors];
  SEAFUSION_UNROLL
  for (int p = 0; p < kCount; ++p) {
    SEAFUSION_UNROLL
    for (int j = 0; j < kVectors; ++j) {
      sum[p][j] =
          Ending<Dot>::Begin(row.bias + (first + p) * row.bias_stride + (vector + j) * kLanes);
    }
  }
  // Of a block narrower than a vector's the other lanes are another vector's.
  const std::ptrdiff_t block_size = std::ptrdiff_t{kTaps * kTaps} * row.in_words * kTapStep;
  const WeightOf<T>* HWY_RESTRICT weights[kVectors];
  SEAFUSION_UNROLL
  for (int j = 0; j < kVectors; ++j) {
    const int lane = (vector + j) * kLanes;
    weights[j] = row.weights + lane / kBlock * block_size + lane % kBlock * kWordDepth;
  }
  for (int y = 0; y < kTaps; ++y) {
    const T* HWY_RESTRICT x = row.rows[y] + first * in_stride;
    for (int c = 0; c < row.in_words; ++c) {
      constexpr int kBlockWords = kBlock / kWordDepth;
      if (c != 0 && c % kBlockWords == 0) x += row.in_block_stride - kBlock;
      typename Dot::Operand w[kTaps][kVectors];
      SEAFUSION_UNROLL
      for (int k = 0; k < kTaps; ++k) {
        SEAFUSION_UNROLL
        for (int j = 0; j < kVectors; ++j) w[k][j] = Dot::Load(weights[j] + k * kTapStep);
      }
      SEAFUSION_UNROLL
      for (int p = 0; p < kCount + kTaps - 1; ++p) {
        const auto v = Dot::Broadcast(x + p * in_stride);
        SEAFUSION_UNROLL
        for (int k = 0; k < kTaps; ++k) {
          if (p < k || p - k >= kCount) continue;
          SEAFUSION_UNROLL
          for (int j = 0; j < kVectors; ++j) Dot::Add(v, w[k][j], sum[p - k][j]);
        }
      }
      x += kWordDepth;
      SEAFUSION_UNROLL
      for (int j = 0; j < kVectors; ++j) weights[j] += kTaps * kTapStep;
    }
  }
  SEAFUSION_UNROLL
  for (int p = 0; p < kCount; ++p) {
    SEAFUSION_UNROLL
    for (int j = 0; j < kVectors; ++j) {
      const int lane = (vector + j) * kLanes;
      const float* bias = row.bias + (first + p) * row.bias_stride + lane;
      store(first + p, lane, Ending<Dot>::ToFloat(sum[p][j], row.rescale, lane, bias));
    }
  }
}

template <typename Dot, typename Store>
HWY_INLINE void ConvAnyWidth(const ConvRow<typename Dot::T>& row, const Store& store) {
  const int vectors = row.out_blocks * (kBlock / kLanes);
  int vector = 0;
  if constexpr (kMostVectors == 2) {
    for (; vector + 2 <= vectors; vector += 2) {
      for (int first = 0; first < row.pixels; first += kPixels<2>) {
        ConvGroup<Dot, 2>(row, first, vector, store);
      }
    }
  }
  if (vector == vectors) return;
  for (int first = 0; first < row.pixels; first += kPixels<1>) {
    for (int v = vector; v < vectors; ++v) ConvGroup<Dot, 1>(row, first, v, store);
  }
}

// Where outputs from `lane` on of a pixel are written.
template <typename T>
HWY_INLINE std::ptrdiff_t PlaceOf(const ConvRow<T>& row, int pixel, int lane) {
  return pixel * row.out_stride + lane / kBlock * row.out_block_stride + lane % kBlock;
}

template <typename Dot>
void Conv(const ConvRow<typename Dot::T>& row, typename Dot::T* HWY_RESTRICT out) {
  ConvAnyWidth<Dot>(row, [&](int pixel, int lane, Vector v) HWY_ATTR {
    Ending<Dot>::Store(Ending<Dot>::Activate(v, row.activation), out + PlaceOf(row, pixel, lane));
  });
}

template <typename Dot>
void ConvToFloat(const ConvRow<typename Dot::T>& row, float* HWY_RESTRICT out) {
  ConvAnyWidth<Dot>(row, [&](int pixel, int lane, Vector v)
                             HWY_ATTR { hn::StoreU(v, Tag(), out + PlaceOf(row, pixel, lane)); });
}

}  // namespace HWY_NAMESPACE
}  // namespace seafusion::nn::direct
HWY_AFTER_NAMESPACE();

#endif  // toggle
