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

void FirstLayer(const float* const* rows, int count, const float* HWY_RESTRICT weights, float slope,
                float* HWY_RESTRICT out) {
  const Tag d;
  const float* const r[3] = {rows[0], rows[1], rows[2]};
  const Vector s = hn::Set(d, slope);
  for (int lane = 0; lane < kBlock; lane += kLanes) {
    Vector w[kTaps + 1];
    SEAFUSION_UNROLL
    for (int i = 0; i <= kTaps; ++i) w[i] = hn::Load(d, weights + i * kBlock + lane);
    for (int p = 0; p < count; ++p) {
      Vector sum = w[kTaps];
      SEAFUSION_UNROLL
      for (int i = 0; i < kTaps; ++i) {
        sum = hn::MulAdd(hn::Set(d, r[i / 3][p + i % 3]), w[i], sum);
      }
      hn::Store(hn::Max(sum, hn::Mul(sum, s)), d, out + p * kBlock + lane);
    }
  }
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

void LastLayer(const float* const* rows, int count, const float* HWY_RESTRICT weights, float bias,
               float* HWY_RESTRICT out) {
  const Tag d;
  const float* const r[3] = {rows[0], rows[1], rows[2]};
  Vector w[kTaps];
  static_assert(kBlock % kLanes == 0);
  for (int p = 0; p < count; ++p) {
    Vector sum = hn::Zero(d);
    for (int lane = 0; lane < kBlock; lane += kLanes) {
      SEAFUSION_UNROLL
      for (int i = 0; i < kTaps; ++i) w[i] = hn::Load(d, weights + i * kBlock + lane);
      SEAFUSION_UNROLL
      for (int i = 0; i < kTaps; ++i) {
        sum = hn::MulAdd(hn::Load(d, r[i / 3] + (p + i % 3) * kBlock + lane), w[i], sum);
      }
    }
    out[p] = hn::GetLane(hn::SumOfLanes(d, sum)) + bias;
  }
  int p = 0;
  for (; p + kLanes <= count; p += kLanes) {
    hn::StoreU(HalfTanh(hn::LoadU(d, out + p)), d, out + p);
  }
  if (p == count) return;
  HWY_ALIGN float rest[kBlock] = {};
  for (int i = p; i < count; ++i) rest[i - p] = out[i];
  hn::Store(HalfTanh(hn::Load(d, rest)), d, rest);
  for (int i = p; i < count; ++i) out[i] = rest[i - p];
}

}  // namespace HWY_NAMESPACE
}  // namespace seafusion::nn::winograd
HWY_AFTER_NAMESPACE();

#endif  // toggle
