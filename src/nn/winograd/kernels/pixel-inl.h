// The layers that are not worth a Winograd transform: first, last and the depthwise gradient.
// Included once for each CPU target.
#if defined(SEAFUSION_NN_WINOGRAD_KERNELS_PIXEL_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef SEAFUSION_NN_WINOGRAD_KERNELS_PIXEL_INL_H_
#undef SEAFUSION_NN_WINOGRAD_KERNELS_PIXEL_INL_H_
#else
#define SEAFUSION_NN_WINOGRAD_KERNELS_PIXEL_INL_H_
#endif

#include <hwy/highway.h>
// After highway.h, as it asks.
#include <hwy/contrib/math/math-inl.h>

#include "nn/winograd/kernels/kernels.h"
#include "nn/winograd/kernels/vector-inl.h"

HWY_BEFORE_NAMESPACE();
namespace seafusion::nn::winograd {
namespace HWY_NAMESPACE {

constexpr int kTaps = 9;

template <int kSide, int kPlanes>
void PlaneConvOf(const float* const* rows, int count, const float* HWY_RESTRICT weights,
                 float slope, float* HWY_RESTRICT out) {
  constexpr int kAllTaps = kPlanes * kSide * kSide;
  const Tag d;
  const float* r[kPlanes * kSide];
  for (int i = 0; i < kPlanes * kSide; ++i) r[i] = rows[i];
  const Vector s = hn::Set(d, slope);
  for (int lane = 0; lane < kBlock; lane += kLanes) {
    Vector w[kAllTaps + 1];
    SEAFUSION_UNROLL
    for (int i = 0; i <= kAllTaps; ++i) w[i] = hn::Load(d, weights + i * kBlock + lane);
    for (int p = 0; p < count; ++p) {
      Vector sum = w[kAllTaps];
      SEAFUSION_UNROLL
      for (int i = 0; i < kAllTaps; ++i) {
        sum = hn::MulAdd(hn::Set(d, r[i / kSide][p + i % kSide]), w[i], sum);
      }
      hn::Store(hn::Max(sum, hn::Mul(sum, s)), d, out + p * kBlock + lane);
    }
  }
}

void PlaneConv(const float* const* rows, int side, int planes, int count, const float* weights,
               float slope, float* out) {
  if (side == 5) return PlaneConvOf<5, 1>(rows, count, weights, slope, out);
  if (planes == 2) return PlaneConvOf<3, 2>(rows, count, weights, slope, out);
  PlaneConvOf<3, 1>(rows, count, weights, slope, out);
}

void Gradient(const float* const* rows, int count, const float* HWY_RESTRICT weights,
              float* HWY_RESTRICT out) {
  const Tag d;
  const float* const r[3] = {rows[0], rows[1], rows[2]};
  for (int lane = 0; lane < kBlock; lane += kLanes) {
    Vector wx[kTaps], wy[kTaps];
    SEAFUSION_UNROLL
    for (int i = 0; i < kTaps; ++i) {
      wx[i] = hn::Load(d, weights + i * kBlock + lane);
      wy[i] = hn::Load(d, weights + (kTaps + i) * kBlock + lane);
    }
    for (int p = 0; p < count; ++p) {
      Vector gx = hn::Zero(d), gy = hn::Zero(d);
      SEAFUSION_UNROLL
      for (int i = 0; i < kTaps; ++i) {
        const Vector x = hn::Load(d, r[i / 3] + (p + i % 3) * kBlock + lane);
        gx = hn::MulAdd(x, wx[i], gx);
        gy = hn::MulAdd(x, wy[i], gy);
      }
      hn::Store(hn::Add(hn::Abs(gx), hn::Abs(gy)), d, out + p * kBlock + lane);
    }
  }
}

// tanh(v) / 2 + 1/2 = 1 / (1 + exp(-2 v)); exp(88) is still finite.
HWY_INLINE Vector HalfTanh(Vector v) {
  const Tag d;
  const Vector one = hn::Set(d, 1.0f);
  const Vector x = hn::Min(hn::Mul(v, hn::Set(d, -2.0f)), hn::Set(d, 88.0f));
  return hn::Div(one, hn::Add(one, hn::Exp(d, x)));
}

void HalfTanhOf(int count, float* HWY_RESTRICT values) {
  const Tag d;
  int p = 0;
  for (; p + kLanes <= count; p += kLanes) {
    hn::StoreU(HalfTanh(hn::LoadU(d, values + p)), d, values + p);
  }
  if (p == count) return;
  HWY_ALIGN float rest[kBlock] = {};
  for (int i = p; i < count; ++i) rest[i - p] = values[i];
  hn::Store(HalfTanh(hn::Load(d, rest)), d, rest);
  for (int i = p; i < count; ++i) values[i] = rest[i - p];
}

template <int kSide>
HWY_INLINE void PlaneSums(const float* const* rows, int blocks, int count,
                          const float* HWY_RESTRICT weights, float bias, float* HWY_RESTRICT out) {
  constexpr int kSideTaps = kSide * kSide;
  const Tag d;
  static_assert(kBlock % kLanes == 0);
  for (int p = 0; p < count; ++p) {
    Vector sum = hn::Zero(d);
    for (int b = 0; b < blocks; ++b) {
      const float* const* r = rows + b * kSide;
      for (int lane = 0; lane < kBlock; lane += kLanes) {
        const float* w = weights + b * kSideTaps * kBlock + lane;
        SEAFUSION_UNROLL
        for (int i = 0; i < kSideTaps; ++i) {
          sum = hn::MulAdd(hn::Load(d, r[i / kSide] + (p + i % kSide) * kBlock + lane),
                           hn::Load(d, w + i * kBlock), sum);
        }
      }
    }
    out[p] = hn::GetLane(hn::SumOfLanes(d, sum)) + bias;
  }
}

void ToPlane(const float* const* rows, int side, int blocks, int count, const float* weights,
             float bias, bool tanh, float* out) {
  if (side == 1) {
    PlaneSums<1>(rows, blocks, count, weights, bias, out);
  } else if (blocks == 1) {
    // The compiler keeps the pointers and, where they fit, the weights in registers.
    const float* const r[3] = {rows[0], rows[1], rows[2]};
    PlaneSums<3>(r, 1, count, weights, bias, out);
  } else {
    PlaneSums<3>(rows, blocks, count, weights, bias, out);
  }
  if (tanh) HalfTanhOf(count, out);
}

void Elementwise(const float* const* in, int inputs, bool maximum, int count, float slope,
                 float* HWY_RESTRICT out) {
  const Tag d;
  const Vector s = hn::Set(d, slope);
  for (int i = 0; i < count * kBlock; i += kLanes) {
    Vector v = hn::Load(d, in[0] + i);
    for (int k = 1; k < inputs; ++k) {
      const Vector other = hn::Load(d, in[k] + i);
      v = maximum ? hn::Max(v, other) : hn::Add(v, other);
    }
    hn::Store(hn::Max(v, hn::Mul(v, s)), d, out + i);
  }
}

}  // namespace HWY_NAMESPACE
}  // namespace seafusion::nn::winograd
HWY_AFTER_NAMESPACE();

#endif  // toggle
